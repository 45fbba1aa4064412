import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Component, reactive, useState } from "@odoo/owl";

export const BUS = "pm_emergency";

/**
 * Knows how many emergencies run at the estates of the user, and shows each alarm
 * and each call to the user at once, wherever the user is in the client.
 */
export const pmEmergencyService = {
    dependencies: ["action", "bus_service", "notification", "orm"],
    start(env, { action, bus_service: bus, notification, orm }) {
        const state = reactive({ count: 0, isStaff: false, open: false });

        async function refresh() {
            if (!state.isStaff) {
                return;
            }
            const board = await orm.silent.call("pm.emergency", "get_board", []);
            state.count = board.running.length;
        }

        // one notification for each emergency: a call takes the place of the alarm
        const shown = {};

        function hide(emergencyId) {
            shown[emergencyId]?.();
            delete shown[emergencyId];
        }

        function open(emergencyId) {
            hide(emergencyId);
            return action.doAction({
                type: "ir.actions.client",
                tag: "pm_emergency",
                name: _t("Emergency"),
                params: { emergency_id: emergencyId || false },
            });
        }

        function show({ what, id, name, is_drill: isDrill, by }) {
            refresh();
            const isCall = what === "call";
            if (what === "end") {
                hide(id);
                return;
            }
            // who raised it looks at it, as does who has its page open
            if (state.open === id || (!isCall && (by === user.userId || shown[id]))) {
                return;
            }
            hide(id);
            shown[id] = notification.add(name, {
                title: isCall ? _t("You are called") : _t("Alarm"),
                type: isDrill ? "warning" : "danger",
                sticky: true,
                buttons: [{ name: _t("Open"), primary: true, onClick: () => open(id) }],
            });
        }

        async function begin() {
            state.isStaff = await user.hasGroup("pm_core.group_pm_user");
            if (state.isStaff) {
                bus.subscribe(BUS, show);
                bus.start();
                await refresh();
            }
        }

        return { state, refresh, open, hide, ready: begin() };
    },
};

registry.category("services").add("pm_emergency", pmEmergencyService);

/** The red button at the top, on every page of the client. */
export class EmergencyButton extends Component {
    static template = "pm_maintenance.EmergencyButton";
    static props = {};

    setup() {
        this.emergency = useService("pm_emergency");
        this.state = useState(this.emergency.state);
    }

    onClick() {
        this.emergency.open();
    }
}

registry
    .category("systray")
    .add("pm_maintenance.emergency", { Component: EmergencyButton }, { sequence: 100 });
