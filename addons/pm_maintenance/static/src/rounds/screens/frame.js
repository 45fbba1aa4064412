/** What is around every screen: the head with the state of sending, and warnings. */
import { app, CLOCK_OFF, OLD, refresh, sendNow } from "../app";
import { isWeChat } from "../device";
import { hurry } from "../queue";
import { duration, moment, piece, text } from "../ui";

let from = "";

function toWaiting() {
    if (location.hash !== "#waiting") {
        from = location.hash;
        location.hash = "#waiting";
    }
}

/** Back to where the state was pressed, be it in the middle of a point. */
export const fromWaiting = () => (location.hash = from);

/** The state in one small button: is there a signal, and what waits. */
function chip() {
    const { answers, photos, odd } = app.summary;
    const waiting = answers + photos;
    let kind = "good";
    let words = text("all_sent");
    if (waiting) {
        kind = "waiting";
        words = text(app.sending ? "sending" : "waiting", { answers, photos });
    } else if (odd.length) {
        kind = "bad";
        words = text("odd", { n: odd.length });
    }
    if (app.link === "offline") {
        kind = waiting ? kind : "off";
        words = waiting ? `${text("offline")} · ${words}` : text("offline");
    }
    const button = piece("chip", { words, open: toWaiting });
    button.classList.add(kind);
    return button;
}

function loginAddress() {
    return `/web/login?redirect=${encodeURIComponent("/pm/rounds" + location.hash)}`;
}

/** Warnings, the most urgent first. */
export function warnings() {
    const { summary } = app;
    const waiting = { answers: summary.answers, photos: summary.photos };
    const found = [];
    if (app.link === "login") {
        found.push(
            piece("logged_out", {
                words: text("logged_out", waiting),
                login: () => location.assign(loginAddress()),
            })
        );
    }
    if (app.problem) {
        found.push(piece("warning", { words: text("server_says", { words: app.problem }) }));
    }
    if (summary.oldest && Date.now() - summary.oldest > OLD) {
        found.push(piece("warning", { words: text("old", { since: moment(summary.oldest) }) }));
    }
    for (const other of summary.others) {
        found.push(piece("notice", { words: text("others", other) }));
    }
    if (Math.abs(app.ahead) > CLOCK_OFF) {
        found.push(piece("warning", { words: text("clock_off", { by: duration(app.ahead) }) }));
    }
    if (isWeChat()) {
        found.push(piece("wechat"));
    }
    return found;
}

export function bar(title, back) {
    return piece("head", { title, back: back || null, chip: chip() });
}

/** Send at once, also what was put off. */
export async function tryAgain() {
    await hurry();
    await (app.link === "ok" ? sendNow() : refresh(true));
}
