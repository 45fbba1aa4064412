/** All rounds of today. */
import { app, refresh } from "../app";
import { isSafariTab } from "../device";
import { lastMoment, nextPoint, states } from "../tasks";
import { clock, day, find, moment, piece, text } from "../ui";
import { bar, warnings } from "./frame";

let install = null;
window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    install = event;
    app.changed();
});
window.addEventListener("appinstalled", () => (install = null));

/** The hours of a round, with its day where that is not today; a whole day is its day. */
function when(task) {
    const begin = task.from ? moment(task.from) : null;
    const end = task.to ? clock(task.to) : null;
    if (begin && end && clock(task.from) === end) {
        return day(task.from);
    }
    return [begin, end].filter(Boolean).join(" – ");
}

function card(task) {
    const found = states(task, app.answers);
    const next = nextPoint(task, found);
    const total = task.points.length;
    const done = task.points.filter((point) => found[point.id] !== "open").length;
    const late = next && task.to && Date.parse(task.to) < Date.now();
    const last = lastMoment(task);
    const still = late && last && Date.parse(last) > Date.now();
    const node = piece("card", {
        name: task.name,
        when: when(task),
        count: `${done} / ${total}`,
        late,
        make_good: still ? text("make_good", { limit: moment(last) }) : null,
        gone: task.gone,
        finished: total && !next,
        open: () => (location.hash = `#r/${task.id}`),
    });
    node.classList.toggle("finished", Boolean(total && !next));
    find(node, "meter").style.width = `${total ? (100 * done) / total : 0}%`;
    return node;
}

export function list() {
    // what is to be done first; what is done goes below
    const order = (task) =>
        `${nextPoint(task, states(task, app.answers)) ? 0 : 1}${lastMoment(task) || ""}`;
    const tasks = [...app.tasks].sort((one, other) => (order(one) < order(other) ? -1 : 1));
    const nothing = app.fetching ? "fetching" : app.fetchedAt ? "none" : "never_fetched";
    const node = piece("list", {
        bar: bar(text("rounds")),
        user: app.user ? app.user.name : "",
        warnings: warnings(),
        cards: tasks.map(card),
        nothing: tasks.length ? null : text(nothing),
        safari: isSafariTab(),
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
