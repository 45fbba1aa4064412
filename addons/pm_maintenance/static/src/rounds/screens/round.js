/** One round: its points, the next one, and the button that scans. */
import { app } from "../app";
import { draft, draftKey, saveDraft } from "../queue";
import { position } from "../device";
import { scan } from "../scanner";
import { inOrder, nextPoint, pointOfCode, states, title } from "../tasks";
import { ask, piece, text } from "../ui";
import { bar, warnings } from "./frame";

export const open = (task, point) => (location.hash = `#r/${task.id}/${point.id}`);

export function newDraft(task, point) {
    return {
        key: draftKey(app.user, app.kind, task, point),
        user_id: app.user.id,
        kind: app.kind,
        task_id: task.id,
        point_id: point.id,
        entries: {},
        scanned_at: null,
    };
}

/** Note that the person is at the point; where exactly comes in later, or not at all. */
export async function arrive(task, point, read) {
    const key = draftKey(app.user, app.kind, task, point);
    const record = (await draft(key)) || newDraft(task, point);
    Object.assign(record, {
        // what was typed found the point, and proves nothing
        scanned: read.manual ? "" : read.text,
        manual: read.manual,
        scanned_at: new Date().toISOString(),
    });
    await saveDraft(record);
    position().then(async (place) => {
        const now = place && (await draft(key));
        if (now) {
            await saveDraft({ ...now, place });
        }
        if (place) {
            places.set(key, place);
        }
    });
    open(task, point);
}

// positions by draft, for the screen that holds a draft of its own
export const places = new Map();

/** Scan any code of the round, or only that of one point. */
export async function scanFor(task, only = null) {
    const found = states(task, app.answers);
    let point = null;
    const read = await scan((code) => {
        point = pointOfCode(task, code);
        if (!point) {
            return text("code_unknown");
        }
        if (only && point.id !== only.id) {
            return text("code_of_other", { name: title(point) });
        }
        return found[point.id] === "open" ? null : text("already_done", { name: title(point) });
    });
    if (!read) {
        return;
    }
    const next = nextPoint(task, found);
    point = read.text ? point : only || next;
    if (!point) {
        return;
    }
    const wrong = task.order !== "free" && next && next.id !== point.id;
    if (!wrong || (await ask(text("not_next", { name: title(next) }), text("go_on")))) {
        await arrive(task, point, read);
    }
}

const MARKS = { open: "", done: "✓", stored: "✓", waiting: "↑", conflict: "!" };

function row(task, point, number, found, next) {
    const state = found[point.id];
    const begun = app.drafts.some(
        (one) => one.task_id === task.id && one.point_id === point.id
    );
    const said = state === "open" ? (begun ? "begun" : null) : state;
    const node = piece("row", {
        number: MARKS[state] || number,
        name: title(point),
        place: point.place,
        state: said ? text(`state_${said}`) : null,
        open: () => open(task, point),
    });
    node.classList.add(state);
    node.classList.toggle("next", Boolean(next && next.id === point.id));
    return node;
}

export function round(task) {
    const found = states(task, app.answers);
    const points = inOrder(task);
    const next = nextPoint(task, found);
    const done = points.filter((point) => found[point.id] !== "open").length;
    const waits = app.answers.some((one) => one.task_id === task.id && one.state === "waiting");
    return piece("round", {
        bar: bar(task.name, () => (location.hash = "")),
        warnings: warnings(),
        count: text("points_done", { done, total: points.length }),
        gone: task.gone,
        instructions: task.instructions,
        order: text(`order_${task.order}`),
        rows: points.map((point, at) => row(task, point, at + 1, found, next)),
        next: next ? title(next) : null,
        scan: next ? () => scanFor(task) : null,
        finished: !next,
        finished_words: text(waits ? "finished_waiting" : "finished"),
        back: () => (location.hash = ""),
    });
}
