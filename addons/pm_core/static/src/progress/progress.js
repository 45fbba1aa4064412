import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillUnmount, useState } from "@odoo/owl";

const CHANNEL = "pm_core.progress";
// a step that says nothing for so long has failed, or its server has
const SILENCE = 30000;

/**
 * Bar that follows a long step on the record of the form: the server reports it
 * on the bus with `pm.progress.mixin`.
 */
export class PmProgress extends Component {
    static template = "pm_core.Progress";
    static props = { ...standardWidgetProps };

    setup() {
        this.bus = useService("bus_service");
        this.state = useState({ done: 0, total: 0, label: "" });
        this.reset = () => Object.assign(this.state, { done: 0, total: 0, label: "" });
        this.onProgress = this.onProgress.bind(this);
        this.bus.subscribe(CHANNEL, this.onProgress);
        this.bus.start();
        onWillUnmount(() => {
            this.bus.unsubscribe(CHANNEL, this.onProgress);
            browser.clearTimeout(this.silence);
        });
    }

    get percent() {
        return Math.floor((100 * this.state.done) / (this.state.total || 1));
    }

    onProgress({ model, id, finished, done, total, label }) {
        const { resModel, resId } = this.props.record;
        if (model !== resModel || id !== resId) {
            return;
        }
        browser.clearTimeout(this.silence);
        if (finished) {
            this.reset();
            // work of background jobs is over: show what came of it
            this.props.record.load();
        } else {
            Object.assign(this.state, { done, total, label });
            this.silence = browser.setTimeout(this.reset, SILENCE);
        }
    }
}

registry.category("view_widgets").add("pm_progress", {
    component: PmProgress,
});
