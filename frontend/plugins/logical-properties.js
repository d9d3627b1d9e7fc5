// Turns left and right of every style rule, ours and the components', into start and end,
// so that a right-to-left language needs no second stylesheet.

const PROPERTIES = {
  "margin-left": "margin-inline-start",
  "margin-right": "margin-inline-end",
  "padding-left": "padding-inline-start",
  "padding-right": "padding-inline-end",
  "border-left": "border-inline-start",
  "border-right": "border-inline-end",
  "border-left-color": "border-inline-start-color",
  "border-right-color": "border-inline-end-color",
  "border-left-width": "border-inline-start-width",
  "border-right-width": "border-inline-end-width",
  "border-left-style": "border-inline-start-style",
  "border-right-style": "border-inline-end-style",
  left: "inset-inline-start",
  right: "inset-inline-end",
};

const VALUES = {
  "text-align": { left: "start", right: "end" },
  float: { left: "inline-start", right: "inline-end" },
  clear: { left: "inline-start", right: "inline-end" },
};

export function logicalProperties() {
  return {
    postcssPlugin: "logical-properties",
    Declaration(declaration) {
      declaration.prop = PROPERTIES[declaration.prop] ?? declaration.prop;
      declaration.value = VALUES[declaration.prop]?.[declaration.value] ?? declaration.value;
    },
  };
}
