/**
 * Pieces of the page. They are `<template>` elements that the server made, in the
 * language of the user: no text is written here.
 *
 * `data-slot="name"` gets the value as text or elements, `data-if="name"` stays only when
 * the value is something, `data-do="name"` calls the function when it is pressed.
 */

export function text(name, values = {}) {
    const found = document.querySelector(`#pm_texts [data-text="${name}"]`);
    const words = found ? found.textContent.trim() : name;
    return words.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

function put(element, value) {
    if (value instanceof Node || Array.isArray(value)) {
        element.replaceChildren(...[value].flat());
    } else {
        element.textContent = value === null || value === undefined ? "" : value;
    }
}

const isNothing = (value) => !value || (Array.isArray(value) && !value.length);

export function piece(name, values = {}) {
    const node = document.getElementById(`t_${name}`).content.firstElementChild.cloneNode(true);
    const elements = (key) => [
        ...(node.matches(`[${key}]`) ? [node] : []),
        ...node.querySelectorAll(`[${key}]`),
    ];
    for (const element of elements("data-if")) {
        if (isNothing(values[element.dataset.if])) {
            element.remove();
        }
    }
    // before the slots are filled: what is put there has its own buttons
    for (const element of elements("data-do")) {
        const action = values[element.dataset.do];
        element.addEventListener("click", (event) => action && action(event));
    }
    for (const element of elements("data-slot")) {
        put(element, values[element.dataset.slot]);
    }
    return node;
}

export const find = (node, name) => node.querySelector(`[data-name="${name}"]`);

const zone = (time, options) =>
    new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(time));

export const clock = (time) => zone(time, { hour: "2-digit", minute: "2-digit", hour12: false });

export const day = (time) => zone(time, { month: "short", day: "numeric" });

export function moment(time) {
    const today = new Date(time).toDateString() === new Date().toDateString();
    return today ? clock(time) : `${day(time)} ${clock(time)}`;
}

export function duration(milliseconds) {
    const minutes = Math.round(Math.abs(milliseconds) / 60000);
    return minutes < 120
        ? text("minutes", { n: minutes })
        : text("hours", { n: Math.round(minutes / 60) });
}

/** A short message that goes by itself. */
export function toast(words, kind = "good") {
    const box = document.getElementById("pm_toast");
    box.textContent = words;
    box.className = `toast ${kind}`;
    box.hidden = false;
    clearTimeout(toast.timer);
    toast.timer = setTimeout(() => (box.hidden = true), 2500);
}

/** Ask with big buttons at the lower end; resolves to whether the answer is yes. */
export function ask(words, yes) {
    return new Promise((resolve) => {
        const dialog = piece("ask", {
            words,
            yes,
            accept: () => close(true),
            refuse: () => close(false),
        });
        function close(answer) {
            dialog.remove();
            resolve(answer);
        }
        document.body.append(dialog);
    });
}
