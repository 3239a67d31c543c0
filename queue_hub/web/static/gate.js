// Log-in and first run: the language only.
import "./common.js";
