/** The same package in one file: its main entry loads 45, and a library for source maps that is never asked. */
declare module "handlebars/dist/handlebars.min.js" {
  import Handlebars from "handlebars";
  export default Handlebars;
}
