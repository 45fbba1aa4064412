import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";

const MODEL = "pm.access.pass";

/**
 * Names one press of a button: sent twice, it counts once.
 */
function pressKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The page of the guard: what there is to do today, and the gate: scan or type,
 * see who and whether, let in or out. One hand, on a phone.
 */
export class Gate extends Component {
    static template = "pm_maintenance.Gate";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({
            today: null,
            postId: false,
            text: "",
            answers: null,
            busy: false,
            tab: "expected",
        });
        onWillStart(() => this.load());
    }

    get rows() {
        return this.state.today[this.state.tab];
    }

    async load() {
        this.state.today = await this.orm.call(MODEL, "gate_today", [this.state.postId]);
        this.state.postId = this.state.today.post_id;
    }

    async onPost(ev) {
        this.state.postId = parseInt(ev.target.value);
        this.state.answers = null;
        await this.load();
    }

    async scan() {
        let text;
        try {
            text = await scanBarcode(this.env);
        } catch (error) {
            this.notification.add(
                error?.message || _t("The camera cannot be used. Type the number."),
                { type: "warning" }
            );
            return;
        }
        if (text) {
            await this.find(text);
        }
    }

    async onSearch(ev) {
        ev.preventDefault();
        await this.find(this.state.text);
    }

    async find(text) {
        this.state.answers = await this.orm.call(MODEL, "gate_find", [
            text,
            this.state.postId,
        ]);
        // a press belongs to what is shown; showing it anew is another press
        this.state.answers.forEach((answer) => (answer.key = pressKey()));
    }

    async openPass(row) {
        await this.find(row.number);
        window.scrollTo(0, 0);
    }

    async move(answer, direction, again = false) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const done = await this.orm.call(MODEL, "gate_move", [
                [answer.id],
                direction,
                this.state.postId,
                answer.key,
                again,
            ]);
            Object.assign(answer, done, { key: pressKey(), stale: !done.done });
            if (done.done) {
                this.notification.add(
                    direction === "in"
                        ? _t("%s is in.", answer.who || answer.number)
                        : _t("%s is out.", answer.who || answer.number),
                    { type: "success" }
                );
                this.state.answers = null;
                this.state.text = "";
            }
            await this.load();
        } finally {
            this.state.busy = false;
        }
    }

    async turnAway(answer) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(MODEL, "gate_turn_away", [
                [answer.id],
                this.state.postId,
                answer.key,
            ]);
            this.notification.add(_t("Written down: turned away."), { type: "info" });
            this.state.answers = null;
        } finally {
            this.state.busy = false;
        }
    }

    openForm(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    newPass() {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New pass"),
            res_model: MODEL,
            views: [[false, "form"]],
        });
    }

    openLog() {
        this.action.doAction("pm_maintenance.pm_post_log_action_mine");
    }

    openIncident() {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Incident"),
            res_model: "pm.incident",
            views: [[false, "form"]],
        });
    }

    openMatter(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "pm.post.log.entry",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("pm_maintenance.gate", Gate);
