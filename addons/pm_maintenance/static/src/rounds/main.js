/** The page: shows the screen that the address names, and keeps its head up to date. */
import { app, readDrafts, reload, start } from "./app";
import { list, showTheme } from "./screens/list";
import { point } from "./screens/point";
import { arrive, round } from "./screens/round";
import { waiting } from "./screens/waiting";
import { bar, warnings } from "./screens/frame";
import { pointOfCode, states } from "./tasks";
import { find } from "./ui";

const root = document.getElementById("pm_rounds");
const WHERE = /^#r\/(\d+)(?:\/(\d+))?$/;
let shown = null;
let turn = 0;

/** A label read by another camera opens this page with its code behind the #. */
async function readByOther() {
    const code = location.hash.slice(1);
    for (const task of code && code !== "waiting" && !WHERE.test(location.hash) ? app.tasks : []) {
        const at = pointOfCode(task, code);
        if (at) {
            history.replaceState(null, "", "#");
            if (states(task, app.answers)[at.id] === "open") {
                await arrive(task, at, { text: code, manual: false });
            } else {
                location.hash = `#r/${task.id}/${at.id}`;
            }
            return true;
        }
    }
    return false;
}

async function screen() {
    const found = WHERE.exec(location.hash);
    const task = found && app.tasks.find((one) => String(one.id) === found[1]);
    const at = task && found[2] && task.points.find((one) => String(one.id) === found[2]);
    if (at) {
        return point(task, at);
    }
    if (task) {
        return round(task);
    }
    return location.hash === "#waiting" ? waiting(reload) : list();
}

/** Show the screen of the address anew. */
async function show() {
    const mine = ++turn;
    if (await readByOther()) {
        return; // the address is another one now
    }
    const where = location.hash;
    await readDrafts();
    const node = await screen();
    if (mine !== turn) {
        return; // another one was asked for meanwhile
    }
    const again = where === shown;
    const scrolled = again ? window.scrollY : 0;
    root.replaceChildren(node);
    window.scrollTo(0, scrolled);
    const next = !again && node.querySelector(".row.next");
    if (next) {
        next.scrollIntoView({ block: "center" }); // above the thumb
    }
    shown = where;
}

/** Head and warnings only: what is being entered stays as it is. */
function freshen() {
    const head = find(root, "head");
    const box = find(root, "warnings");
    if (head && box) {
        const fresh = bar(find(head, "title").textContent);
        find(head, "chip").replaceChildren(...find(fresh, "chip").childNodes);
        box.replaceChildren(...warnings());
    }
}

let owner;

function changed() {
    const user = app.user && app.user.id;
    if (owner !== undefined && owner !== user && location.hash.startsWith("#r")) {
        location.hash = ""; // somebody else's rounds now
    }
    owner = user;
    const isForm = root.querySelector(".form");
    if (isForm && shown === location.hash) {
        freshen();
    } else {
        show();
    }
}

app.changed = changed;
window.addEventListener("hashchange", show);
showTheme();
start();
