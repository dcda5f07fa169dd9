// The program by the name that its other files would suggest; `bin.js` starts it faster.
import "./bin.js";
