import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { dateField, DateTimeField } from "@web/views/fields/datetime/datetime_field";

/**
 * A date that stands for its month: shown as year and month in the words of the
 * language (2026年11月), picked from the months of a year.
 */
export class MonthField extends DateTimeField {
    static defaultProps = { ...DateTimeField.defaultProps, minPrecision: "months" };

    getFormattedValue(valueIndex) {
        const value = this.values[valueIndex];
        return value ? value.toLocaleString({ year: "numeric", month: "long" }) : "";
    }
}

registry.category("fields").add("pm_month", {
    ...dateField,
    component: MonthField,
    displayName: _t("Month"),
    supportedTypes: ["date"],
    listViewWidth: [110, 160],
    extractProps: (...args) => {
        const props = dateField.extractProps(...args);
        return { ...props, minPrecision: props.minPrecision || "months" };
    },
});
