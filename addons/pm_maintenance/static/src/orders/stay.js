import { registry } from "@web/core/registry";

/**
 * Reads the page anew after a button of one of its rows, and leaves a dialog open:
 * Odoo closes it after each button that returns nothing.
 */
export async function stay(env, action, options) {
    await options.onClose?.();
}

registry.category("actions").add("pm_stay", stay);
