/**
 * Drafts, answers and photos on the phone.
 *
 * Each belongs to the user who entered it. An answer is *waiting* until the server names
 * it as *stored* or as a *conflict*, which it keeps for a person to decide. Photos wait by
 * themselves, after their answer.
 */
import { newId, sha256 } from "./device";
import { all, change, get, ofOwner, put, remove, request } from "./store";

const DAY = 24 * 3600 * 1000;
// confirmed answers stay so long, for the ticks of a round that is walked offline
const KEPT = 3 * DAY;
// conflicts that nobody put away
const KEPT_ODD = 14 * DAY;
const FIRST_PAUSE = 30 * 1000;
const LONGEST_PAUSE = 2 * 3600 * 1000;

export const draftKey = (user, kind, task, point) =>
    [user.id, kind, task.id, point.id].join(":");

export const draft = (key) => get("drafts", key);
export const saveDraft = (record) => put("drafts", record);

/** Keep a photo of a draft. Its bytes are read now: a file may be gone later. */
export async function addPhoto(key, user, item, file) {
    const buffer = await file.arrayBuffer();
    const photo = {
        uuid: newId(),
        owner: key,
        user_id: user.id,
        item_id: item.item_id,
        line_id: item.id,
        name: file.name || "photo.jpg",
        type: file.type || "image/jpeg",
        size: buffer.byteLength,
        sha256: await sha256(buffer),
        taken_at: new Date().toISOString(),
        blob: new Blob([buffer], { type: file.type || "image/jpeg" }),
        state: "draft",
    };
    await put("photos", photo);
    return photo;
}

export const photosOf = (owner) => ofOwner(owner);
export const removePhoto = (uuid) => remove("photos", uuid);

/** Make the draft an answer, with its photos: all of it or nothing. */
export async function submit(key, record) {
    return change(["drafts", "answers", "photos"], async (drafts, answers, photos) => {
        const taken = await request(photos.index("owner").getAll(key));
        record.body.photos = taken.map((photo) => ({
            uuid: photo.uuid,
            item_id: photo.item_id,
            name: photo.name,
            size: photo.size,
            sha256: photo.sha256,
            taken_at: photo.taken_at,
        }));
        for (const photo of taken) {
            photos.put({ ...photo, owner: record.uuid, state: "waiting", kind: record.kind });
        }
        answers.put({ ...record, state: "waiting", photos: taken.length });
        drafts.delete(key);
        return record;
    });
}

export const answers = () => all("answers");

export async function answersOf(user) {
    return (await answers()).filter((answer) => answer.user_id === user.id);
}

/** The server has the answer; what it says later of it counts no more. */
export function confirm(uuid, state, message) {
    return change(["answers"], async (store) => {
        const answer = await request(store.get(uuid));
        if (answer && answer.state === "waiting") {
            const confirmed_at = Date.now();
            store.put({ ...answer, state, message, confirmed_at, error: null });
        }
    });
}

/** The server has the photo: the phone needs it no longer. */
export const confirmPhoto = (uuid) => remove("photos", uuid);

/**
 * The server answered, and did not take it. It stays and is sent again, later each time:
 * what is wrong there is mended by a person, and a large photo costs the other ones time.
 */
export function putOff(name, uuid, error) {
    return change([name], async (store) => {
        const record = await request(store.get(uuid));
        if (record && record.state === "waiting") {
            const tries = (record.tries || 0) + 1;
            const later = Math.min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE);
            store.put({ ...record, tries, error, not_before: Date.now() + later });
        }
    });
}

/** Somebody wants it sent now, whatever it was put off for. */
export function hurry() {
    return change(["answers", "photos"], async (...stores) => {
        for (const store of stores) {
            for (const record of await request(store.getAll())) {
                if (record.not_before) {
                    store.put({ ...record, not_before: null });
                }
            }
        }
    });
}

const isDue = (record) => !record.not_before || record.not_before <= Date.now();

export const isWaiting = (record) => record.state === "waiting";

export async function dueAnswers(user) {
    return (await answersOf(user)).filter((answer) => isWaiting(answer) && isDue(answer));
}

/** Photos that wait, of answers that the server has. */
export async function duePhotos(user) {
    const own = (await answersOf(user)).filter((answer) => !isWaiting(answer));
    const there = new Set(own.map((answer) => answer.uuid));
    return (await waitingPhotos()).filter((photo) => there.has(photo.owner) && isDue(photo));
}

async function waitingPhotos() {
    return (await all("photos")).filter(isWaiting);
}

const isOdd = (answer) => answer.state === "conflict" && !answer.seen;

/** What waits, for whom, since when, and what the server did not simply store. */
export async function summary(user) {
    const [entered, photos] = await Promise.all([answers(), waitingPhotos()]);
    const waiting = entered.filter(isWaiting);
    const isMine = (record) => Boolean(user) && record.user_id === user.id;
    const mine = waiting.filter(isMine);
    const others = new Map();
    for (const answer of waiting.filter((one) => !isMine(one))) {
        const other = others.get(answer.user_id) || { name: answer.user_name, answers: 0 };
        other.answers += 1;
        others.set(answer.user_id, other);
    }
    const minePhotos = photos.filter(isMine);
    const times = [...mine.map((one) => one.body.at), ...minePhotos.map((one) => one.taken_at)];
    return {
        answers: mine.length,
        photos: minePhotos.length,
        oldest: times.length ? Math.min(...times.map((time) => Date.parse(time))) : null,
        others: [...others.values()],
        waiting: mine,
        // photos that wait though their answer is there, with what the server says
        left: minePhotos.filter((photo) => !mine.some((one) => one.uuid === photo.owner)),
        odd: entered.filter((one) => isMine(one) && isOdd(one)),
    };
}

/** A conflict was read; the server keeps it for a person anyhow. */
export function putAway(uuid) {
    return change(["answers"], async (store) => {
        const answer = await request(store.get(uuid));
        if (answer && !isWaiting(answer)) {
            store.put({ ...answer, seen: true });
        }
    });
}

/** What was begun at a point and not saved yet. */
export async function draftsOf(user) {
    const drafts = await all("drafts");
    return drafts.filter((one) => one.user_id === user.id && one.scanned_at);
}

/**
 * Forget what was confirmed some days ago, and rounds that nobody fetched since. What waits
 * is never forgotten.
 */
export function tidy() {
    return change(["answers", "photos", "tasks"], async (store, photos, tasks) => {
        const now = Date.now();
        for (const kept of await request(tasks.getAll())) {
            if (now - kept.fetched_at > KEPT) {
                tasks.delete(kept.key);
            }
        }
        for (const answer of await request(store.getAll())) {
            const age = now - (answer.confirmed_at || now);
            if (!isWaiting(answer) && age > (isOdd(answer) ? KEPT_ODD : KEPT)) {
                const left = await request(photos.index("owner").count(answer.uuid));
                if (!left) {
                    store.delete(answer.uuid);
                }
            }
        }
    });
}
