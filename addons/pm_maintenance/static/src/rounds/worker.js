/**
 * The worker behind the page: opens it without signal, and sends what waits after it was
 * closed. It knows no rounds.
 *
 * The page names the files that it is made of. A new page is kept when all its files are
 * there, so that it always opens whole, and the old one serves until then.
 */
import { sync } from "./sync";

const CACHE = "pm-rounds";
const PAGE = "/pm/rounds";
const FILES = /<script type="application\/json" id="pm_files">(.*?)<\/script>/s;
const KEPT = /^\/(web\/assets|web\/static|pm_maintenance\/static|pm\/rounds\/files)\//;

async function tell(message) {
    for (const client of await self.clients.matchAll({ includeUncontrolled: true })) {
        client.postMessage(message);
    }
}

/** Fetch the page and its files anew; true when it is another one than was kept. */
async function refresh() {
    const response = await fetch(PAGE, { credentials: "same-origin", cache: "no-store" });
    if (!response.ok || response.redirected) {
        return false; // the login page is no page of ours
    }
    const text = await response.clone().text();
    const found = FILES.exec(text);
    if (!found) {
        return false;
    }
    const cache = await caches.open(CACHE);
    const files = JSON.parse(found[1]);
    const kept = await cache.match(PAGE);
    const before = kept && (await kept.text());
    for (const file of files) {
        if (!(await cache.match(file))) {
            await cache.add(new Request(file, { cache: "no-cache" }));
        }
    }
    await cache.put(PAGE, response);
    const wanted = new Set([PAGE, ...files].map((file) => new URL(file, self.location).href));
    for (const request of await cache.keys()) {
        if (!wanted.has(request.url)) {
            await cache.delete(request);
        }
    }
    return Boolean(before) && before !== text;
}

async function page(event) {
    const kept = await (await caches.open(CACHE)).match(PAGE);
    if (!kept) {
        return fetch(event.request);
    }
    event.waitUntil(
        refresh()
            .then((isNew) => isNew && tell({ type: "new_page" }))
            .catch(() => {})
    );
    return kept;
}

async function file(request) {
    const kept = await (await caches.open(CACHE)).match(request);
    return kept || fetch(request);
}

self.addEventListener("install", (event) => {
    self.skipWaiting();
    event.waitUntil(refresh());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== self.location.origin) {
        return;
    }
    if (request.mode === "navigate" && pathname === PAGE) {
        event.respondWith(page(event));
    } else if (KEPT.test(pathname)) {
        event.respondWith(file(request));
    }
});

self.addEventListener("sync", (event) => {
    event.waitUntil(
        sync().then(async (outcome) => {
            await tell({ type: "sent", outcome });
            if (outcome === "offline") {
                throw new Error("no answer"); // the browser tries again later
            }
        })
    );
});
