/**
 * Reading a code, by live camera or from a photo.
 *
 * The browser's own BarcodeDetector is fast but often only half there: phones without
 * Google's services have the class and fail when it is used. Then ZXing does it, which the
 * worker keeps for rounds without signal.
 */
import { hasLiveCamera, buzz } from "./device";
import { find, piece, text, toast } from "./ui";

const PAUSE = 120;
// longest side of a picture in which a code is looked for
const SIDE = 1200;
// ZXing misses three codes in a hundred however well they are printed, and reads them when
// they lie a little otherwise: (size, degrees)
const VIEWS = [
    [1, 0],
    [1, 10],
    [0.5, 20],
    [0.75, 45],
    [0.5, 0],
    [1, 20],
];

let zxing = null;

function loadZXing() {
    zxing ||= new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = document.documentElement.dataset.zxing;
        script.onload = () => resolve(window.ZXing);
        script.onerror = () => {
            zxing = null;
            reject(new Error("zxing"));
        };
        document.head.append(script);
    });
    return zxing;
}

async function byZXing(canvas) {
    const ZXing = await loadZXing();
    const reader = new ZXing.MultiFormatReader();
    reader.setHints(new Map([[ZXing.DecodeHintType.TRY_HARDER, true]]));
    const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
    try {
        return reader
            .decode(new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source)))
            .getText();
    } catch {
        return null; // no code in this picture
    }
}

let detector;

async function byBrowser(canvas) {
    if (detector === undefined) {
        detector = null;
        const Detector = window.BarcodeDetector;
        const formats = Detector ? await Detector.getSupportedFormats().catch(() => []) : [];
        if (formats.includes("qr_code")) {
            detector = new Detector({ formats });
        }
    }
    if (!detector) {
        return null;
    }
    try {
        const found = await detector.detect(canvas);
        return found.length ? found[0].rawValue : null;
    } catch {
        detector = null;
        return null;
    }
}

async function read(canvas) {
    return (await byBrowser(canvas)) || (detector ? null : byZXing(canvas));
}

/** Draw a picture to be looked at: no larger than needed, as large and turned as `view`. */
function draw(source, width, height, [size, turned] = VIEWS[0]) {
    const scale = size * Math.min(1, SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const paper = canvas.getContext("2d", { willReadFrequently: true });
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.translate(canvas.width / 2, canvas.height / 2);
    paper.rotate((turned * Math.PI) / 180);
    paper.scale(scale, scale);
    paper.drawImage(source, -width / 2, -height / 2, width, height);
    return canvas;
}

/** The code in a photo, or null. */
export async function readPhoto(file) {
    const address = URL.createObjectURL(file);
    const image = new Image();
    try {
        image.src = address;
        await image.decode();
        const { naturalWidth: width, naturalHeight: height } = image;
        const found = await byBrowser(draw(image, width, height));
        if (found) {
            return found;
        }
        for (const view of VIEWS) {
            const code = await byZXing(draw(image, width, height, view));
            if (code) {
                return code;
            }
        }
        return null;
    } catch {
        return null;
    } finally {
        URL.revokeObjectURL(address);
    }
}

class Camera {
    looks = 0;

    async start(video) {
        this.stream = await navigator.mediaDevices.getUserMedia({
            video: { facingMode: "environment", width: { ideal: 1280 } },
            audio: false,
        });
        video.srcObject = this.stream;
        this.video = video;
        await video.play();
    }

    get track() {
        return this.stream && this.stream.getVideoTracks()[0];
    }

    get hasTorch() {
        const track = this.track;
        return Boolean(track && track.getCapabilities && track.getCapabilities().torch);
    }

    async toggleTorch() {
        this.lit = !this.lit;
        await this.track.applyConstraints({ advanced: [{ torch: this.lit }] });
    }

    async look() {
        const { videoWidth, videoHeight } = this.video;
        if (!videoWidth) {
            return null;
        }
        const view = VIEWS[this.looks++ % 3];
        return read(draw(this.video, videoWidth, videoHeight, view));
    }

    stop() {
        for (const track of this.stream ? this.stream.getTracks() : []) {
            track.stop();
        }
        this.stream = null;
    }
}

/**
 * Show the scanner and offer what is read to `accept`, which says whether it is wanted.
 *
 * @returns {Promise<{text: string, manual: boolean} | null>} null when it was closed
 */
export function scan(accept) {
    return new Promise((resolve) => {
        const camera = new Camera();
        const live = hasLiveCamera();
        let open = true;
        let refused = null;

        async function offer(code, manual) {
            if (!open || (code === refused && !manual)) {
                return; // the same wrong code is before the camera still
            }
            const problem = accept(code);
            if (problem) {
                refused = code;
                buzz([200, 100, 200]);
                toast(problem, "bad");
            } else {
                buzz();
                close({ text: code, manual });
            }
        }

        function close(result) {
            open = false;
            camera.stop();
            window.removeEventListener("popstate", back);
            node.remove();
            resolve(result);
        }
        const back = () => close(null);

        const node = piece("scanner", {
            live,
            photo: !live,
            cancel: back,
            torch: () => camera.toggleTorch().catch(() => {}),
            type: () => {
                camera.stop();
                find(node, "typing").hidden = false;
                find(node, "looking").hidden = true;
                find(node, "type").hidden = true;
                find(node, "torch").hidden = true;
                find(node, "typed").focus();
            },
            use: () => {
                const typed = find(node, "typed").value.trim();
                if (typed) {
                    offer(typed, true);
                }
            },
            no_label: () => close({ text: "", manual: true }),
        });
        const shot = find(node, "shot");
        shot.addEventListener("change", async () => {
            const file = shot.files[0];
            shot.value = "";
            const code = file && (await readPhoto(file));
            if (code) {
                refused = null;
                offer(code, false);
            } else if (file) {
                toast(text("no_code_in_photo"), "bad");
            }
        });
        window.addEventListener("popstate", back);
        document.body.append(node);

        async function watch() {
            try {
                await camera.start(find(node, "video"));
            } catch {
                // no permission, no camera, or another app has it
                find(node, "video").hidden = true;
                find(node, "no_camera").hidden = false;
                find(node, "shoot").hidden = false;
                return;
            }
            if (!open) {
                camera.stop();
                return;
            }
            find(node, "torch").hidden = !camera.hasTorch;
            while (open && camera.stream) {
                const code = await camera.look().catch(() => null);
                if (code) {
                    await offer(code, false);
                }
                await new Promise((done) => setTimeout(done, PAUSE));
            }
        }
        if (live) {
            watch();
        }
    });
}
