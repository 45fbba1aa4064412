/** The items of a point: one block each, with targets for a thumb. */
import { addPhoto, removePhoto } from "../queue";
import { choicesOf, isFault, limits, missing, readNumber } from "../values";
import { find, moment, piece, text, toast } from "../ui";

/** What was found here last time, and what became of it. */
function previous(item) {
    const before = item.previous;
    if (!before) {
        return null;
    }
    const date = before.date ? moment(before.date) : "";
    const node = piece("previous", {
        words: text("previous", { value: before.value ?? "", date }),
        order: before.order ? text("known_order", { order: before.order }) : null,
    });
    node.classList.toggle("bad", Boolean(before.fault));
    return node;
}

/**
 * One item of the draft.
 *
 * @param {object} context draft, photos (all of the draft), user, changed()
 */
export class ItemBlock {
    constructor(item, context) {
        this.item = item;
        this.context = context;
        this.entry = context.draft.entries[item.id] || {};
        this.node = piece("item", {
            name: item.name,
            required: item.required,
            help: item.help,
            previous: previous(item),
            input: this.input(),
            photo: true,
        });
        const note = find(this.node, "note");
        note.value = this.entry.note || "";
        note.addEventListener("input", () => this.set({ note: note.value.trim() }));
        const shot = find(this.node, "shot");
        shot.addEventListener("change", () => this.take(shot));
        this.show();
    }

    get photos() {
        return this.context.photos.filter((photo) => photo.line_id === this.item.id);
    }

    get missing() {
        return missing(this.item, this.entry, this.photos.length);
    }

    input() {
        const { item } = this;
        if (item.kind === "yes_no") {
            const answers = ["yes", "no"].map((value) => ({ value, name: text(value) }));
            return this.buttons(answers, "pair");
        }
        if (item.kind === "choice") {
            return this.buttons(choicesOf(item), "many");
        }
        if (item.kind === "number") {
            return this.number();
        }
        return item.kind === "text" ? this.text() : [];
    }

    buttons(choices, shape) {
        const box = piece("choices");
        box.classList.add(shape);
        for (const choice of choices) {
            const button = piece("choice", {
                name: choice.name,
                press: () => this.set({ value: choice.value }),
            });
            button.dataset.value = choice.value;
            button.classList.toggle("fault", isFault(this.item, choice.value));
            box.append(button);
        }
        return box;
    }

    number() {
        const box = piece("number", { limits: limits(this.item), unit: this.item.unit });
        const input = find(box, "value");
        input.value = this.entry.typed ?? this.entry.value ?? "";
        input.addEventListener("input", () => {
            const value = input.value.trim() ? readNumber(input.value) : "";
            this.set({ value: value || "", typed: input.value, unreadable: value === null });
        });
        return box;
    }

    text() {
        const input = piece("text");
        input.value = this.entry.value || "";
        input.addEventListener("input", () => this.set({ value: input.value.trim() }));
        return input;
    }

    set(values) {
        this.entry = { ...this.entry, ...values };
        this.context.draft.entries[this.item.id] = this.entry;
        this.show();
        this.context.changed();
    }

    async take(shot) {
        const files = [...shot.files];
        try {
            for (const file of files) {
                const { user, draft, photos } = this.context;
                photos.push(await addPhoto(draft.key, user, this.item, file));
                this.show();
            }
        } catch {
            // most likely the phone is full; what was entered before is kept
            toast(text("photo_not_kept"), "bad");
        }
        shot.value = "";
        this.context.changed();
    }

    async drop(photo) {
        const { photos } = this.context;
        photos.splice(photos.indexOf(photo), 1);
        await removePhoto(photo.uuid);
        this.show();
        this.context.changed();
    }

    show() {
        const { node, item, entry } = this;
        const fault = isFault(item, entry.value);
        node.classList.toggle("bad", fault);
        if (!this.missing) {
            node.classList.remove("missing");
        }
        node.classList.toggle("unreadable", Boolean(entry.unreadable));
        node.classList.toggle("given", !this.missing && Boolean(entry.value || this.photos.length));
        for (const button of node.querySelectorAll("[data-value]")) {
            button.classList.toggle("chosen", button.dataset.value === String(entry.value));
        }
        find(node, "fault").hidden = !fault;
        find(node, "unreadable").hidden = !entry.unreadable;
        const wanted = item.photo_required || item.kind === "photo";
        find(node, "photo_box").hidden = !wanted && !fault && !this.photos.length;
        find(node, "photo_box").classList.toggle("wanted", wanted);
        const thumbs = this.photos.map((photo) => this.thumb(photo));
        find(node, "thumbs").replaceChildren(...thumbs);
    }

    thumb(photo) {
        const node = piece("thumb", { drop: () => this.drop(photo) });
        photo.address ||= URL.createObjectURL(photo.blob);
        find(node, "picture").src = photo.address;
        return node;
    }
}
