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
        const state = reactive({ count: 0, isStaff: false });

        async function refresh() {
            if (!state.isStaff) {
                return;
            }
            const board = await orm.silent.call("pm.emergency", "get_board", []);
            state.count = board.running.length;
        }

        function open(emergencyId) {
            return action.doAction({
                type: "ir.actions.client",
                tag: "pm_emergency",
                name: _t("Emergency"),
                params: { emergency_id: emergencyId || false },
            });
        }

        function show(message) {
            refresh();
            if (message.what === "end") {
                return;
            }
            const close = notification.add(message.name, {
                title: message.what === "call" ? _t("You are called") : _t("Alarm"),
                type: message.is_drill ? "warning" : "danger",
                sticky: true,
                buttons: [
                    {
                        name: _t("Open"),
                        primary: true,
                        onClick: () => {
                            close();
                            open(message.id);
                        },
                    },
                ],
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

        return { state, refresh, open, ready: begin() };
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
