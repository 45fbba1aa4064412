/** What the phone and its browser can do. */

const POSITION = { enableHighAccuracy: true, maximumAge: 20000, timeout: 30000 };

/** WeChat's own browser has neither a worker nor a live camera. */
export const isWeChat = () => /MicroMessenger/i.test(navigator.userAgent);

/** Safari on a phone, in a tab: only people themselves can put it on the home screen. */
export const isSafariTab = () =>
    /iPhone|iPad/.test(navigator.userAgent) && !isWeChat() && !navigator.standalone;

export const hasLiveCamera = () =>
    !isWeChat() && Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

export const hasWorker = () => !isWeChat() && "serviceWorker" in navigator;

/** An id that no other phone makes; `randomUUID` is missing outside of https. */
export function newId() {
    if (crypto.randomUUID) {
        return crypto.randomUUID();
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The fingerprint of a photo; none where the browser has no `subtle` (plain http). */
export async function sha256(buffer) {
    if (!crypto.subtle) {
        return null;
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Where the phone is, or null: nobody waits for it, and nobody is stopped by it. */
export function position() {
    if (!navigator.geolocation) {
        return Promise.resolve(null);
    }
    return new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition(
            ({ coords }) =>
                resolve({
                    latitude: coords.latitude,
                    longitude: coords.longitude,
                    accuracy: coords.accuracy,
                }),
            () => resolve(null),
            POSITION
        );
    });
}

/** Ask that the browser does not clear our data when the phone is short of space. */
export async function askToPersist() {
    if (!navigator.storage || !navigator.storage.persist) {
        return false;
    }
    try {
        return (await navigator.storage.persisted()) || (await navigator.storage.persist());
    } catch {
        return false;
    }
}

/** A short buzz, felt in the pocket and with the screen held away. */
export function buzz(pattern = 60) {
    if (navigator.vibrate) {
        navigator.vibrate(pattern);
    }
}
