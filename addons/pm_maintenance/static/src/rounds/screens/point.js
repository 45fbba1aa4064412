/** One point: scan it, enter its items, next. */
import { app, entered } from "../app";
import { buzz, newId } from "../device";
import { draft, draftKey, photosOf, saveDraft, submit } from "../queue";
import { states, title } from "../tasks";
import { ask, find, moment, piece, text, toast } from "../ui";
import { entriesOf } from "../values";
import { bar, warnings } from "./frame";
import { ItemBlock } from "./items";
import { newDraft, places, scanFor } from "./round";

/** What was answered here, after "next": seen, not changed. */
function answered(task, point, state) {
    const own = app.answers
        .filter((one) => one.task_id === task.id && one.point_id === point.id)
        .sort((one, other) => (one.body.at < other.body.at ? 1 : -1))[0];
    return piece("answered", {
        state: text(`state_${state}`),
        at: own ? moment(own.body.at) : null,
        message: own && own.message,
        error: own && own.error ? text("server_says", { words: own.error }) : null,
        lines: own ? own.body.entries.map((entry) => line(point, entry)) : [],
    });
}

function line(point, entry) {
    const item = point.items.find((one) => one.id === entry.line_id) || {};
    const choice = (item.choices || []).find((one) => one.value === entry.value);
    const known = { yes: text("yes"), no: text("no") };
    const value = choice ? choice.name : (item.kind === "yes_no" && known[entry.value]) || entry.value;
    const node = piece("line", { name: item.name, value, note: entry.note });
    node.classList.toggle("bad", Boolean(entry.fault));
    return node;
}

async function form(task, point) {
    const key = draftKey(app.user, app.kind, task, point);
    const record = (await draft(key)) || newDraft(task, point);
    const photos = await photosOf(key);
    const { user } = app;
    let finished = false;
    let saving = Promise.resolve();
    const context = { draft: record, photos, user, changed };
    const blocks = point.items.map((item) => new ItemBlock(item, context));
    const node = piece("form", {
        blocks: blocks.map((block) => block.node),
        nothing: !blocks.length,
        manual: record.manual,
        next: () => next().catch(() => toast(text("not_kept"), "bad")),
    });

    function changed() {
        // one after the other, so that the last word is the last one written
        saving = saving.then(() => finished || saveDraft({ ...record, place: placeOf() }));
        saving.catch(() => toast(text("not_kept"), "bad"));
        count();
    }

    const placeOf = () => places.get(key) || record.place || null;

    function count() {
        const left = blocks.filter((block) => block.missing).length;
        find(node, "left").textContent = left ? text("left", { n: left }) : "";
        node.classList.toggle("complete", !left);
    }

    async function next() {
        const open = blocks.find((block) => block.missing);
        for (const block of blocks) {
            block.node.classList.toggle("missing", Boolean(block.missing));
        }
        if (open && !(task.gone && (await ask(text("incomplete"), text("save"))))) {
            open.node.scrollIntoView({ block: "center", behavior: "smooth" });
            buzz([80, 60, 80]);
            return;
        }
        if (finished) {
            return; // a thumb that pressed twice
        }
        finished = true;
        await saving.catch(() => {});
        const place = placeOf() || {};
        const uuid = newId();
        try {
            await submit(key, {
                uuid,
                user_id: user.id,
                user_name: user.name,
                kind: app.kind,
                task_id: task.id,
                task_name: task.name,
                point_id: point.id,
                point_name: title(point),
                body: {
                    uuid,
                    round_id: task.id,
                    point_id: point.id,
                    scanned: record.scanned || "",
                    manual: Boolean(record.manual),
                    at: record.scanned_at,
                    latitude: place.latitude ?? null,
                    longitude: place.longitude ?? null,
                    accuracy: place.accuracy ?? null,
                    entries: entriesOf(point.items, record, photos),
                },
            });
        } catch (error) {
            finished = false;
            throw error;
        }
        for (const photo of photos.filter((one) => one.address)) {
            URL.revokeObjectURL(photo.address);
        }
        buzz(120);
        toast(text("kept"));
        await entered();
        location.hash = `#r/${task.id}`;
    }

    count();
    return node;
}

export async function point(task, point) {
    const state = states(task, app.answers)[point.id];
    const record = await draft(draftKey(app.user, app.kind, task, point));
    let body;
    if (state !== "open") {
        body = answered(task, point, state);
    } else if (record && record.scanned_at) {
        body = await form(task, point);
    } else {
        body = piece("to_scan", { scan: () => scanFor(task, point) });
    }
    return piece("point", {
        bar: bar(title(point), () => (location.hash = `#r/${task.id}`)),
        warnings: warnings(),
        place: point.place,
        help: point.help,
        body,
    });
}
