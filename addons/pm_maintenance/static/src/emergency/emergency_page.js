import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";

// while something runs the page asks again so often
const INTERVAL = 5000;

/**
 * One page for the hour of an emergency, with big buttons for a phone: what runs,
 * raising the alarm in two taps, and the running emergency itself with its steps,
 * its people and the numbers outside.
 */
export class EmergencyPage extends Component {
    static template = "pm_maintenance.EmergencyPage";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.alert = useService("pm_emergency");
        this.state = useState({
            id: this.props.action.params?.emergency_id || false,
            board: null,
            alarms: null,
            chosen: null,
            placeId: "",
            words: "",
            asking: null,
            agency: "",
            phone: "",
            now: Date.now(),
            busy: false,
            offline: false,
        });
        onWillStart(() => this.load());
        this.poll = browser.setInterval(() => this.tick(), INTERVAL);
        this.clock = browser.setInterval(() => (this.state.now = Date.now()), 1000);
        onWillUnmount(() => {
            browser.clearInterval(this.poll);
            browser.clearInterval(this.clock);
            this.alert.state.open = false;
        });
    }

    get emergency() {
        return this.state.board?.emergency;
    }

    get isRunning() {
        return this.emergency?.state === "running";
    }

    async load() {
        const { id } = this.state;
        const board = await this.orm.silent.call("pm.emergency", "get_board", [id]);
        if (id === this.state.id) {
            this.state.board = board;
            this.state.offline = false;
            this.alert.state.count = board.running.length;
            this.alert.state.open = id;
            this.alert.hide(id);
        }
    }

    /** Ask again; without a connection the page stays, and says so. */
    async tick() {
        if (document.hidden || this.state.busy) {
            return;
        }
        try {
            await this.load();
        } catch {
            this.state.offline = true;
        }
    }

    /** Do something once, however often the button is tapped. */
    async act(model, ids, method, args = []) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(model, method, [ids, ...args]);
            this.stopAsking();
            await this.load();
        } finally {
            this.state.busy = false;
        }
    }

    // the alarm

    async chooseAlarm() {
        this.state.alarms = await this.orm.call("pm.emergency", "get_alarms", []);
    }

    choosePlan(estate, plan) {
        this.state.chosen = { estate, plan };
        this.state.placeId = "";
        this.state.words = "";
    }

    leaveAlarm() {
        if (this.state.chosen) {
            this.state.chosen = null;
        } else {
            this.state.alarms = null;
        }
    }

    async raise() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        const { estate, plan } = this.state.chosen;
        try {
            const ids = await this.orm.call("pm.emergency.plan", "action_activate", [
                [plan.id],
                parseInt(this.state.placeId) || estate.id,
                this.state.words || false,
            ]);
            Object.assign(this.state, { chosen: null, alarms: null, words: "" });
            this.state.id = ids[0];
            this.alert.state.open = ids[0];
            await this.load();
        } finally {
            this.state.busy = false;
        }
    }

    // one emergency

    open(id) {
        this.state.id = id;
        return this.load();
    }

    back() {
        this.stopAsking();
        this.state.id = false;
        return this.load();
    }

    come() {
        return this.act("pm.emergency", [this.state.id], "action_come");
    }

    decline() {
        const mine = this.emergency.calls.filter((call) => call.is_mine);
        return this.act(
            "pm.emergency.call",
            mine.map((call) => call.id),
            "action_decline"
        );
    }

    toggleStep(step) {
        const method = step.state === "todo" ? "action_tick" : "action_untick";
        return this.act("pm.emergency.step", [step.id], method);
    }

    answerFor(call) {
        return this.act("pm.emergency.call", [call.id], "action_answer");
    }

    called(agency) {
        return this.act("pm.emergency.agency", [agency.id], "action_called");
    }

    ask(what, id = false) {
        this.state.asking = { what, id };
        this.state.words = "";
        this.state.agency = "";
        this.state.phone = "";
    }

    stopAsking() {
        this.state.asking = null;
        this.state.words = "";
    }

    get askingTitle() {
        return {
            note: _t("What happened?"),
            false_alarm: _t("Why was it a false alarm?"),
            skip: _t("Why is the step not needed?"),
            agency: _t("Who was called?"),
            end: _t("It is under control?"),
        }[this.state.asking.what];
    }

    send() {
        const { what, id } = this.state.asking;
        const { words, agency, phone } = this.state;
        const emergency = ["pm.emergency", [this.state.id]];
        if (what === "note") {
            return this.act(...emergency, "action_note", [words]);
        }
        if (what === "false_alarm") {
            return this.act(...emergency, "action_false_alarm", [words]);
        }
        if (what === "agency") {
            return this.act(...emergency, "action_add_agency", [agency, phone, words]);
        }
        if (what === "end") {
            return this.act(...emergency, "action_end");
        }
        return this.act("pm.emergency.step", [id], "action_skip", [words]);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    // words

    since(moment) {
        const from = deserializeDateTime(moment).toMillis();
        const end = this.emergency?.over_at
            ? deserializeDateTime(this.emergency.over_at).toMillis()
            : this.state.now;
        const seconds = Math.max(0, Math.floor((end - from) / 1000));
        const minutes = Math.floor(seconds / 60);
        return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
    }

    progress({ answered, told, done, steps }) {
        return _t("%(answered)s of %(told)s come, %(done)s of %(steps)s steps done", {
            answered,
            told,
            done,
            steps,
        });
    }

    time(moment) {
        return moment ? deserializeDateTime(moment).toFormat("HH:mm:ss") : "";
    }

    isOverdue(step) {
        if (step.state !== "todo" || !step.target) {
            return false;
        }
        const from = deserializeDateTime(this.emergency.started_at).toMillis();
        return this.state.now - from > step.target * 60000;
    }

    callClass(call) {
        return (
            {
                answered: "text-bg-success",
                told: "text-bg-info",
                waiting: "text-bg-light",
                off_duty: "text-bg-light",
            }[call.state] || "text-bg-danger"
        );
    }
}

registry.category("actions").add("pm_emergency", EmergencyPage);
