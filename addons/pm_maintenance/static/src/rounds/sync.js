/**
 * Sending what waits. Used by the page and, where the browser has background sync, by the
 * worker after the page was closed.
 *
 * Sending twice does no harm: each answer and photo has an id from the phone, and the
 * server stores it once. Not sending does: so whatever is not confirmed by name stays.
 */
import { KINDS } from "./kinds";
import * as queue from "./queue";
import { call, Failed, LoggedOut, NoAnswer, upload } from "./server";
import { get, put } from "./store";

const BATCH = 20;
const SOON = 300;
// only with these words the server has it
const CONFIRMED = ["stored", "again", "conflict"];
const LOCK = "pm_rounds_sync";
let running = null;

/** The user whom the server knew last on this phone. */
export async function lastUser() {
    const kept = await get("notes", "user");
    return kept ? kept.user : null;
}

export const keepUser = (user) => put("notes", { key: "user", user });

/** Another person is logged in now: nothing of the first one is sent. */
export class OtherUser extends Error {}

/** Run `work` unless page or worker is at it already. */
async function alone(work) {
    if (navigator.locks) {
        return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) =>
            lock ? work() : "busy"
        );
    }
    running ||= work().finally(() => (running = null));
    return running;
}

/** A signal that flickers: ask once more before it counts as none. */
async function twice(work) {
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof NoAnswer) || !navigator.onLine) {
            throw error;
        }
        await new Promise((done) => setTimeout(done, SOON));
        return work();
    }
}

async function sendAnswers(kind, user, batch) {
    const result = await twice(() =>
        call(KINDS[kind].answer, {
            user_id: user.id,
            sent_at: new Date().toISOString(),
            answers: batch.map((answer) => answer.body),
        })
    );
    if (result.user_id !== user.id) {
        throw new OtherUser();
    }
    const sent = new Set(batch.map((answer) => answer.uuid));
    for (const { uuid, status, message } of result.results || []) {
        if (!sent.has(uuid)) {
            continue;
        }
        if (CONFIRMED.includes(status)) {
            await queue.confirm(uuid, status === "conflict" ? status : "stored", message);
        } else {
            await queue.putOff("answers", uuid, message);
        }
    }
}

async function sendAllAnswers(user, changed) {
    const due = await queue.dueAnswers(user);
    due.sort((one, other) => (one.body.at < other.body.at ? -1 : 1));
    for (const kind of Object.keys(KINDS)) {
        const mine = due.filter((answer) => answer.kind === kind);
        for (let start = 0; start < mine.length; start += BATCH) {
            const batch = mine.slice(start, start + BATCH);
            try {
                await sendAnswers(kind, user, batch);
            } catch (error) {
                if (!(error instanceof Failed)) {
                    throw error;
                }
                await oneByOne(kind, user, batch);
            }
            changed();
        }
    }
}

/** One answer that the server stumbles over does not keep the others back. */
async function oneByOne(kind, user, batch) {
    for (const answer of batch) {
        try {
            await sendAnswers(kind, user, [answer]);
        } catch (error) {
            if (!(error instanceof Failed)) {
                throw error;
            }
            await queue.putOff("answers", answer.uuid, error.message);
        }
    }
}

async function sendPhotos(user, changed) {
    for (const photo of await queue.duePhotos(user)) {
        const values = { uuid: photo.uuid, answer: photo.owner, user_id: user.id };
        const address = KINDS[photo.kind].photo;
        let problem = null;
        try {
            const told = await twice(() => upload(address, values, photo.blob, photo.name));
            if (told.status === "other_user") {
                throw new OtherUser();
            }
            const isThere = told.uuid === photo.uuid && CONFIRMED.includes(told.status);
            problem = isThere ? null : told.message || told.status;
        } catch (error) {
            if (!(error instanceof Failed)) {
                throw error;
            }
            problem = error.message;
        }
        if (problem === null) {
            await queue.confirmPhoto(photo.uuid);
        } else {
            await queue.putOff("photos", photo.uuid, problem);
        }
        changed();
    }
}

/**
 * Send what the user of the phone has waiting.
 *
 * @returns {Promise<"done"|"busy"|"offline"|"login"|"other">} how far it came
 */
export function sync(changed = () => {}) {
    return alone(async () => {
        const user = await lastUser();
        if (!user) {
            return "done";
        }
        try {
            await sendAllAnswers(user, changed);
            await sendPhotos(user, changed);
            await queue.tidy();
            return "done";
        } catch (error) {
            if (error instanceof NoAnswer) {
                return "offline";
            }
            if (error instanceof LoggedOut) {
                return "login";
            }
            if (error instanceof OtherUser) {
                return "other";
            }
            throw error;
        }
    });
}
