import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

// so long the arrival waits for the position, in milliseconds
const WAIT = 5000;

/**
 * Sends where the phone is along with the arrival, if the phone says so in time.
 */
export class ArrivalPosition extends Interaction {
    static selector = "form.o_pm_arrive";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
    };

    onSubmit(ev) {
        if (this.isAsked || !navigator.geolocation) {
            return;
        }
        ev.preventDefault();
        this.isAsked = true;
        let isSent = false;
        const send = () => {
            if (!isSent) {
                isSent = true;
                this.el.submit();
            }
        };
        navigator.geolocation.getCurrentPosition(
            ({ coords }) => {
                this.el.querySelector("[name=latitude]").value = coords.latitude;
                this.el.querySelector("[name=longitude]").value = coords.longitude;
                send();
            },
            send,
            { enableHighAccuracy: true, timeout: WAIT, maximumAge: 60000 }
        );
        // a question of the browser that nobody answers has no end of its own
        this.waitForTimeout(send, 2 * WAIT);
    }
}

registry
    .category("public.interactions")
    .add("pm_maintenance.arrival_position", ArrivalPosition);
