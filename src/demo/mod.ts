/** The embedded demo company: an invented business in memory that answers Calls as Odoo 14 does. */
export { createDemo, type DemoOptions, demoVersion } from "./demo.ts";
