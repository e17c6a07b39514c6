// Colours of the theme in force, and of a path along its length.

// Cividis: its lightness grows with time, and colour-blind readers see it as others do.
const RAMP = [[0, 52, 110], [54, 75, 108], [92, 98, 109], [124, 123, 120], [158, 148, 117], [196, 176, 101], [234, 204, 72]];
const RAMP_DARK = [[64, 104, 190], [92, 120, 170], [122, 138, 152], [152, 156, 138], [186, 176, 120], [220, 198, 96], [255, 224, 70]];

const probe = document.body.appendChild(document.createElement("i"));
probe.hidden = true;

// A colour of the style sheet as the theme resolves it, as `rgb(r, g, b)`.
function css(name) {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

const seriesColour = (number) => css("--series-" + number);
const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const translucent = (rgb, alpha) => rgb.replace("rgb(", "rgba(").replace(")", `, ${alpha})`);

function rampColour(fraction) {
  const ramp = isDark() ? RAMP_DARK : RAMP;
  const at = Math.min(Math.max(fraction, 0), 1) * (ramp.length - 1);
  const low = Math.min(Math.floor(at), ramp.length - 2);
  const mix = ramp[low].map((value, i) => Math.round(value + (ramp[low + 1][i] - value) * (at - low)));
  return `rgb(${mix.join(",")})`;
}
