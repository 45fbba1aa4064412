import { registry } from "@web/core/registry";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { Component } from "@odoo/owl";

/**
 * Puts the product whose barcode the camera sees on the order that is open.
 */
export class ScanMaterial extends Component {
    static template = "pm_maintenance.ScanMaterial";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.isSupported = isBarcodeScannerSupported();
    }

    async scan() {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const barcode = await scanBarcode(this.env, "environment");
        if (!barcode) {
            return;
        }
        const added = await this.orm.call(
            "maintenance.request",
            "action_add_material",
            [[record.resId]],
            { barcode }
        );
        this.notification.add(_t("%(name)s: %(quantity)s", added), { type: "success" });
        await record.load();
    }
}

registry.category("view_widgets").add("pm_scan_material", {
    component: ScanMaterial,
});
