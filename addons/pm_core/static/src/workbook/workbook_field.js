import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { BinaryField, binaryField } from "@web/views/fields/binary/binary_field";

// the limit of the server (engine/workbook.py), told before megabytes travel
const MAX_BYTES = 20 * 1024 * 1024;

export class WorkbookField extends BinaryField {
    update(file) {
        if (file.size > MAX_BYTES) {
            this.notification.add(
                _t(
                    "%(file)s is too large: %(limit)s MB at most. A register has a few MB; take pictures and unused sheets out.",
                    { file: file.name, limit: MAX_BYTES / 1024 / 1024 }
                ),
                { type: "danger", sticky: true }
            );
            return;
        }
        return super.update(file);
    }
}

registry.category("fields").add("pm_workbook", {
    ...binaryField,
    component: WorkbookField,
    displayName: _t("Workbook"),
});
