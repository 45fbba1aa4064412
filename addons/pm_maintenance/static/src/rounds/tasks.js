/** Rounds and their points, with what this phone knows of them besides. */
import { KINDS } from "./kinds";
import { call } from "./server";
import { all, get, put } from "./store";

const keyOf = (user, kind) => `${user.id}:${kind}`;

/** What was fetched for the user last, also without a signal. */
export async function kept(user, kind) {
    return (await get("tasks", keyOf(user, kind))) || { tasks: [], fetched_at: null };
}

/** Tasks of the user that have something entered, whatever the server says of them. */
async function touched(user, kind) {
    const own = ({ user_id, kind: of }) => user_id === user.id && of === kind;
    const drafts = (await all("drafts")).filter(own);
    const answers = (await all("answers")).filter((one) => own(one) && one.state === "waiting");
    return new Set([...drafts, ...answers].map((one) => one.task_id));
}

/**
 * Fetch the tasks of who is logged in and keep them.
 *
 * A task that the server no longer has stays as *gone* while something of it is entered
 * here: what a person walked is not lost because a plan was changed meanwhile.
 */
export async function fetchTasks(kind) {
    const asked = Date.now();
    const fetched = await call(KINDS[kind].fetch, {});
    const user = fetched.user;
    const answered = Date.now();
    const before = await kept(user, kind);
    const tasks = KINDS[kind].tasks(fetched);
    const ids = new Set(tasks.map((task) => task.id));
    const entered = await touched(user, kind);
    const gone = before.tasks
        .filter((task) => !ids.has(task.id) && entered.has(task.id))
        .map((task) => ({ ...task, gone: true }));
    const record = {
        key: keyOf(user, kind),
        user_id: user.id,
        kind,
        fetched_at: answered,
        // how much the clock of the phone is ahead, in the middle of the way there and back
        ahead: (asked + answered) / 2 - Date.parse(fetched.now),
        tasks: [...tasks, ...gone],
    };
    await put("tasks", record);
    return { user, ...record };
}

/** What a point is called: the number on its label, and its name. */
export const title = (point) => [point.number, point.name].filter(Boolean).join(" ");

export function inOrder(task) {
    return [...task.points].sort((one, other) => one.sequence - other.sequence);
}

/** When the round is over for good; until then a late one can be made good. */
export const lastMoment = (task) => task.limit || task.to;

/** What became of each point: {point id: "done" | state of the newest answer}. */
export function states(task, answers) {
    const found = {};
    for (const point of task.points) {
        const own = answers
            .filter((one) => one.task_id === task.id && one.point_id === point.id)
            .sort((one, other) => (one.body.at < other.body.at ? -1 : 1));
        const last = own[own.length - 1];
        found[point.id] = last ? last.state : point.done ? "done" : "open";
    }
    return found;
}

export function nextPoint(task, found) {
    return inOrder(task).find((point) => found[point.id] === "open") || null;
}

const plain = (text) => text.normalize("NFKC").trim().toLowerCase();

/**
 * The point whose code was read. A label has an address that ends with the code, so that
 * any camera can open this page there; typed is the number that is printed below it.
 */
export function pointOfCode(task, text) {
    const code = text.trim().split(/[#?/]/).filter(Boolean).pop();
    const number = plain(text);
    return (
        task.points.find((point) => point.code && point.code === code) ||
        task.points.find((point) => point.number && plain(point.number) === number) ||
        task.points.find((point) => plain(title(point)) === number) ||
        null
    );
}
