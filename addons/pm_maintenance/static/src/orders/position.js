import { registry } from "@web/core/registry";

/**
 * Tells the server where the phone is at which a technician has just arrived.
 *
 * Nobody waits for it, and a phone that does not say so is none the worse.
 */
export function tellPosition(env, action) {
    const { order_ids: orders } = action.params;
    navigator.geolocation?.getCurrentPosition(
        ({ coords }) =>
            env.services.orm.silent
                .call("maintenance.request", "action_tell_position", [
                    orders,
                    coords.latitude,
                    coords.longitude,
                ])
                .catch(() => {}),
        () => {},
        { enableHighAccuracy: true, timeout: 30000, maximumAge: 60000 }
    );
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("pm_order_position", tellPosition);
