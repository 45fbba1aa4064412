/** All rounds of today. */
import { app, refresh } from "../app";
import { nextPoint, states } from "../tasks";
import { clock, find, moment, piece, text } from "../ui";
import { bar, warnings } from "./frame";

let install = null;
window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    install = event;
    app.changed();
});
window.addEventListener("appinstalled", () => (install = null));

function when(task) {
    return [task.from, task.to].filter(Boolean).map(clock).join(" – ");
}

function card(task) {
    const found = states(task, app.answers);
    const next = nextPoint(task, found);
    const total = task.points.length;
    const done = task.points.filter((point) => found[point.id] !== "open").length;
    const late = next && task.to && Date.parse(task.to) < Date.now();
    const node = piece("card", {
        name: task.name,
        when: when(task),
        count: `${done} / ${total}`,
        late,
        gone: task.gone,
        finished: total && !next,
        open: () => (location.hash = `#r/${task.id}`),
    });
    node.classList.toggle("finished", Boolean(total && !next));
    find(node, "meter").style.width = `${total ? (100 * done) / total : 0}%`;
    return node;
}

export function list() {
    const tasks = [...app.tasks].sort((one, other) => (one.from < other.from ? -1 : 1));
    const node = piece("list", {
        bar: bar(text("rounds")),
        user: app.user ? app.user.name : "",
        warnings: warnings(),
        cards: tasks.map(card),
        none: !tasks.length,
        fetched: app.fetchedAt ? text("fetched", { at: moment(app.fetchedAt) }) : null,
        install: install
            ? () => {
                  install.prompt();
                  install = null;
              }
            : null,
        fetch: () => refresh(true),
        theme: toggleTheme,
    });
    return node;
}

export function showTheme() {
    const theme = localStorage.getItem("pm_rounds_theme");
    if (theme) {
        document.documentElement.dataset.theme = theme;
    }
}

function toggleTheme() {
    const dark = getComputedStyle(document.documentElement).colorScheme === "dark";
    localStorage.setItem("pm_rounds_theme", dark ? "light" : "dark");
    showTheme();
}
