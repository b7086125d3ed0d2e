// Everything the pages can do beyond links and forms. Without this file they still work; with it they are quicker.
import "./menus.js";
import "./keys.js";
import "./requests.js";
import "./toasts.js";
import "./times.js";
import "./composer.js";
import "./frames.js";
import "./theme.js";
import "./live.js";
import "./bell.js";
import "./inbox.js";
import "./ticket.js";
