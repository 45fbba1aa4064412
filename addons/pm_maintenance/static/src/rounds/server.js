/**
 * Talking to the server, and what its silence means.
 *
 * Only an answer of ours is an answer. A page of the hotel's network, a login page or an
 * error of a proxy comes with status 200 as well, and confirms nothing.
 */

const JSON_TIME = 60000;
const PHOTO_TIME = 180000;

/** No answer: no signal, or something between us and the server. */
export class NoAnswer extends Error {}
/** The session is over; who is there must log in again. */
export class LoggedOut extends Error {}
/** The server answered with an error; `message` are its words. */
export class Failed extends Error {}

async function post(address, options, time) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), time);
    try {
        const response = await fetch(address, {
            method: "POST",
            credentials: "same-origin",
            cache: "no-store",
            signal: stop.signal,
            ...options,
        });
        return { response, body: await response.json().catch(() => null) };
    } catch (error) {
        throw new NoAnswer(String(error));
    } finally {
        clearTimeout(timer);
    }
}

export async function call(address, params) {
    const { response, body } = await post(
        address,
        {
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
        },
        JSON_TIME
    );
    const error = body && body.error;
    if (error) {
        const name = (error.data && error.data.name) || "";
        if (error.code === 100 || name.endsWith("SessionExpiredException")) {
            throw new LoggedOut();
        }
        throw new Failed((error.data && error.data.message) || error.message);
    }
    if (response.status === 401 || response.redirected) {
        throw new LoggedOut();
    }
    const result = body && body.result;
    if (!response.ok || !result || typeof result !== "object") {
        throw new NoAnswer(`status ${response.status}`);
    }
    if (typeof result.error === "string") {
        throw new Failed(result.error);
    }
    return result;
}

export async function upload(address, values, blob, name) {
    const form = new FormData();
    for (const [key, value] of Object.entries(values)) {
        form.append(key, value);
    }
    form.append("file", blob, name);
    const { response, body } = await post(
        address,
        // no form of another site can send this header
        { headers: { "X-Requested-With": "XMLHttpRequest" }, body: form },
        PHOTO_TIME
    );
    if (response.status === 401 || response.redirected) {
        throw new LoggedOut();
    }
    if (!body || !body.uuid || !body.status) {
        if (response.status >= 400 && response.status < 500) {
            throw new Failed((body && body.message) || `status ${response.status}`);
        }
        throw new NoAnswer(`status ${response.status}`);
    }
    return body;
}
