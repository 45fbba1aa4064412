/**
 * What the phone keeps: IndexedDB behind promises.
 *
 * A change that belongs together is one transaction, and is on the disk before anybody
 * is told that it is kept ("strict"): a phone whose battery ends the next second has it.
 */

const NAME = "pm_rounds";
const VERSION = 1;

let opened = null;

function upgrade(database) {
    // what was fetched, by user and kind
    database.createObjectStore("tasks", { keyPath: "key" });
    // what is being entered, until "next"
    database.createObjectStore("drafts", { keyPath: "key" });
    // what was entered, until the server confirmed it and for some days after
    database.createObjectStore("answers", { keyPath: "uuid" });
    // photos of drafts and answers, as they left the camera
    const photos = database.createObjectStore("photos", { keyPath: "uuid" });
    photos.createIndex("owner", "owner");
    // who used the phone last, and the like
    database.createObjectStore("notes", { keyPath: "key" });
}

export function request(asked) {
    return new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
    });
}

function open() {
    opened ||= new Promise((resolve, reject) => {
        const asked = indexedDB.open(NAME, VERSION);
        asked.onupgradeneeded = () => upgrade(asked.result);
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
            const database = asked.result;
            // the system may close it, and a newer version of the page wants it closed
            database.onclose = () => (opened = null);
            database.onversionchange = () => {
                database.close();
                opened = null;
            };
            resolve(database);
        };
    });
    opened.catch(() => (opened = null));
    return opened;
}

/**
 * Run `work` with the named stores; resolves when what it wrote is on the disk.
 *
 * `work` may only wait for requests of these stores: the browser ends a transaction
 * that waits for anything else.
 */
export async function change(names, work) {
    const database = await open();
    const transaction = database.transaction(names, "readwrite", { durability: "strict" });
    const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
    });
    const stores = names.map((name) => transaction.objectStore(name));
    try {
        const result = await work(...stores);
        await done;
        return result;
    } catch (error) {
        done.catch(() => {});
        try {
            transaction.abort();
        } catch {
            // it had ended by itself
        }
        throw error;
    }
}

async function reading(name) {
    return (await open()).transaction(name).objectStore(name);
}

export async function get(name, key) {
    return request((await reading(name)).get(key));
}

export async function all(name) {
    return request((await reading(name)).getAll());
}

export async function ofOwner(owner) {
    return request((await reading("photos")).index("owner").getAll(owner));
}

export function put(name, record) {
    return change([name], (store) => request(store.put(record)));
}

export function remove(name, key) {
    return change([name], (store) => request(store.delete(key)));
}
