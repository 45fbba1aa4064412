/** What is on this phone still, and what the server did not simply take. */
import { app } from "../app";
import { putAway } from "../queue";
import { title } from "../tasks";
import { moment, piece, text } from "../ui";
import { bar, fromWaiting, tryAgain, warnings } from "./frame";

function entry(answer, extra = {}) {
    return piece("waiting_row", {
        name: `${answer.point_name} · ${answer.task_name}`,
        at: moment(answer.body.at),
        photos: answer.photos ? text("photos", { n: answer.photos }) : null,
        message: null,
        away: null,
        ...extra,
    });
}

const says = ({ error }) => (error ? text("server_says", { words: error }) : null);

function photoEntry(photo) {
    return piece("waiting_row", {
        name: photo.name,
        at: moment(photo.taken_at),
        message: says(photo),
    });
}

/** Begun at a point and not saved: nobody else knows of it. */
function begun(record) {
    const task = app.tasks.find((one) => one.id === record.task_id);
    const point = task && task.points.find((one) => one.id === record.point_id);
    if (!point) {
        return [];
    }
    return piece("begun_row", {
        name: `${title(point)} · ${task.name}`,
        at: moment(record.scanned_at),
        open: () => (location.hash = `#r/${task.id}/${point.id}`),
    });
}

export function waiting(reload) {
    const { answers, photos, odd, others, waiting, left } = app.summary;
    return piece("waiting", {
        bar: bar(text("on_this_phone"), fromWaiting),
        warnings: warnings(),
        count: answers + photos ? text("waiting", { answers, photos }) : null,
        nothing: !(answers + photos) && !odd.length && !others.length && !app.drafts.length,
        drafts: app.drafts.flatMap(begun),
        persisted: !app.persisted && answers + photos ? true : null,
        rows: [
            ...waiting.map((answer) => entry(answer, { message: says(answer) })),
            ...left.map(photoEntry),
        ],
        odd: odd.map((answer) =>
            entry(answer, {
                message: answer.message || text(`state_${answer.state}`),
                away: () => putAway(answer.uuid).then(reload),
            })
        ),
        has_odd: odd.length,
        send: answers + photos ? tryAgain : null,
        sending: app.sending ? true : null,
    });
}
