// What script adds on an enrolled kiosk; every page works without it. Each module looks for the
// elements it is for and leaves a page alone that has none.
import "./visit.js";
import "./idle.js";
import "./devices.js";
import "./recorder.js";
import "./camera.js";
import "./handing-in.js";
import "./offline.js";
import "./answers.js";
import "./offline-form.js";
import "./offline-receipt.js";
import "./print-button.js";
import "./printing.js";
import "./keyboard.js";
import "./aids.js";
import "./read-aloud.js";
