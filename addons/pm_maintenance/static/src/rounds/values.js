/** What people enter at a point: reading it, and whether it is a fault. */

/**
 * A number as people type it, as "-3.5", or null when it is none.
 *
 * A Chinese keyboard writes full-width digits and 。 for the point. A comma may mean two
 * things: it is refused instead of guessed, here while the person is at the point.
 */
export function readNumber(typed) {
    const text = typed.normalize("NFKC").trim().replace(/。/g, ".");
    const found = /^-?(\d{1,12}(\.\d{0,6})?|\.\d{1,6})$/.test(text);
    return found ? String(Number(text)) : null;
}

const isGiven = (value) => value !== undefined && value !== null && value !== "";
const hasLimit = (limit) => limit !== null && limit !== undefined && limit !== false;

export function choicesOf(item) {
    return item.choices || [];
}

export function isFault(item, value) {
    if (!isGiven(value)) {
        return false;
    }
    if (item.kind === "number") {
        const number = Number(value);
        return (
            (hasLimit(item.min) && number < item.min) ||
            (hasLimit(item.max) && number > item.max)
        );
    }
    const chosen = choicesOf(item).find((choice) => choice.value === value);
    return chosen
        ? Boolean(chosen.fault)
        : item.kind === "yes_no" && value === (item.fault_value ?? null);
}

/** The limits of a number, "2 – 4 bar", as far as there are any. */
export function limits(item) {
    const unit = item.unit ? ` ${item.unit}` : "";
    if (hasLimit(item.min) && hasLimit(item.max)) {
        return `${item.min} – ${item.max}${unit}`;
    }
    if (hasLimit(item.min)) {
        return `≥ ${item.min}${unit}`;
    }
    return hasLimit(item.max) ? `≤ ${item.max}${unit}` : item.unit || "";
}

/** What is missing of an item: "value", "photo", or nothing. */
export function missing(item, entry, photos) {
    const value = entry && entry.value;
    if (entry && entry.unreadable) {
        return "value";
    }
    if (item.kind === "photo") {
        return (item.required || item.photo_required) && !photos ? "photo" : null;
    }
    if (item.required && !isGiven(value)) {
        return "value";
    }
    return item.photo_required && !photos && (item.required || isGiven(value)) ? "photo" : null;
}

/** The entries of an answer, for the items that have something. */
export function entriesOf(items, draft, photos) {
    const entries = [];
    for (const item of items) {
        const entry = draft.entries[item.id] || {};
        const count = photos.filter((photo) => photo.line_id === item.id).length;
        const value = item.kind === "photo" && count ? String(count) : entry.value;
        if (isGiven(value) || entry.note) {
            entries.push({
                line_id: item.id,
                item_id: item.item_id,
                value: isGiven(value) ? value : null,
                fault: item.kind === "photo" ? Boolean(entry.fault) : isFault(item, value),
                note: entry.note || "",
            });
        }
    }
    return entries;
}
