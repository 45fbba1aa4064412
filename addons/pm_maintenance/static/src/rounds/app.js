/** What the page knows at the moment, and what happens in its background. */
import { askToPersist, hasWorker } from "./device";
import * as queue from "./queue";
import { Failed, LoggedOut } from "./server";
import { keepUser, lastUser, sync } from "./sync";
import { fetchTasks, kept } from "./tasks";

const KIND = "rounds";
// how long a fetched list is good enough while there is a signal
const FRESH = 5 * 60 * 1000;
// how often it is tried by itself; sooner after a try that failed
const EVERY = 20 * 1000;
const SOON = 2 * 1000;
// what waits longer than a shift is warned of
export const OLD = 8 * 3600 * 1000;
export const CLOCK_OFF = 5 * 60 * 1000;

export const app = {
    kind: KIND,
    user: null,
    tasks: [],
    fetchedAt: null,
    ahead: 0,
    // "ok", "offline" or "login": how the last call ended
    link: navigator.onLine ? "ok" : "offline",
    sending: false,
    persisted: true,
    // what the server said instead of the tasks
    problem: null,
    answers: [],
    drafts: [],
    // whether the first fetch is still on its way
    fetching: false,
    summary: { answers: 0, photos: 0, oldest: null, others: [], waiting: [], left: [], odd: [] },
    changed: () => {},
};

/** What was begun at points: it changes with each key, and is read when it is shown. */
export async function readDrafts() {
    app.drafts = app.user ? await queue.draftsOf(app.user) : [];
}

/** Read again what the phone has, and show it. */
export async function reload() {
    const { user } = app;
    app.summary = await queue.summary(user);
    app.answers = user ? await queue.answersOf(user) : [];
    app.changed();
}

function take(fetched) {
    app.tasks = fetched.tasks;
    app.fetchedAt = fetched.fetched_at;
    app.ahead = fetched.ahead || 0;
}

/** Fetch the tasks; who is logged in now is who the phone works for. */
export async function fetchNow() {
    app.fetching = true;
    app.changed();
    try {
        const fetched = await fetchTasks(KIND);
        app.user = fetched.user;
        await keepUser(fetched.user);
        take(fetched);
        app.link = "ok";
        app.problem = null;
    } catch (error) {
        if (error instanceof Failed) {
            app.problem = error.message; // there is an answer, and it is no
        } else {
            app.link = error instanceof LoggedOut ? "login" : "offline";
        }
    } finally {
        app.fetching = false;
    }
    await reload();
}

let again = false;

/** Send what waits; asked for while it is sending, it goes once more afterwards. */
export async function sendNow() {
    if (app.sending) {
        again = true;
        return;
    }
    app.sending = true;
    try {
        do {
            again = false;
            app.changed();
            const outcome = await sync(reload);
            if (outcome === "other") {
                await fetchNow(); // who is it, then?
            } else if (outcome !== "busy" && (outcome !== "done" || app.link === "offline")) {
                app.link = outcome === "done" ? app.link : outcome;
            }
        } while (again);
    } finally {
        app.sending = false;
    }
    await reload();
}

const isWaiting = () => app.summary.answers + app.summary.photos > 0;

/** Fetch what is not fresh, then send what waits. */
export async function refresh(force = false) {
    const stale = !app.fetchedAt || Date.now() - app.fetchedAt > FRESH;
    if (force || stale || app.link !== "ok") {
        await fetchNow();
    }
    if (app.link === "ok" && isWaiting()) {
        await sendNow();
    }
}

/** Have the worker send even when the page is closed, where the browser can. */
export async function askWorker() {
    try {
        const registration = hasWorker() && (await navigator.serviceWorker.ready);
        if (registration && registration.sync) {
            await registration.sync.register("pm_rounds");
        }
    } catch {
        // the timer of the page does it
    }
}

/** Something was entered: it is on the phone, the rest happens by itself. */
export async function entered() {
    await reload();
    askWorker();
    refresh();
}

async function watchWorker() {
    const worker = navigator.serviceWorker;
    worker.addEventListener("message", ({ data }) => {
        if (data.type === "sent") {
            reload();
        } else if (data.type === "new_page" && !location.hash) {
            location.reload(); // nothing is being entered on the list
        }
    });
    await worker.register("/pm/rounds/service-worker.js", { scope: "/pm/rounds" });
}

export async function start() {
    app.user = await lastUser();
    if (app.user) {
        take(await kept(app.user, KIND));
    }
    await reload();
    if (hasWorker()) {
        watchWorker().catch(() => {});
    }
    app.persisted = await askToPersist();
    window.addEventListener("online", () => refresh(true));
    window.addEventListener("offline", () => {
        app.link = "offline";
        app.changed();
    });
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) {
            refresh();
        }
    });
    await refresh(true);
    goOn(SOON);
}

/** Try by itself: where the signal was lost soon again, then less and less often. */
function goOn(pause) {
    setTimeout(async () => {
        if (!document.hidden || isWaiting()) {
            await refresh().catch(() => {});
        }
        goOn(app.link === "offline" ? Math.min(2 * pause, EVERY) : EVERY);
    }, pause);
}
