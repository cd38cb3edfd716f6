// Draws the charts of the page and redraws them when the reader's theme changes or the page is printed.
(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const page = { ...read("figures"), ...read("look") };

  const themes = page.themes;

  const colour = (theme, text) => {
    const match = /^\$(\w+)(?:\/(\d+))?$/.exec(text);
    if (!match || !(match[1] in theme)) return text;
    const hex = theme[match[1]];
    if (!match[2]) return hex;
    const part = (at) => parseInt(hex.slice(at, at + 2), 16);
    return `rgba(${part(1)},${part(3)},${part(5)},${Number(match[2]) / 100})`;
  };

  // Puts columns in the place of "@name" and colours in the place of "$name".
  const resolve = (value, theme, key) => {
    if (Array.isArray(value)) return value.map((item) => resolve(item, theme, key));
    if (value !== null && typeof value === "object") {
      const out = {};
      for (const [name, item] of Object.entries(value)) out[name] = resolve(item, theme, name);
      return out;
    }
    if (typeof value !== "string") return value;
    if (value[0] === "@" && Object.hasOwn(page.columns, value.slice(1))) return page.columns[value.slice(1)];
    return /color/.test(key) ? colour(theme, value) : value;
  };

  const narrow = () => window.matchMedia("(max-width: 640px)").matches;
  const touch = window.matchMedia("(pointer: coarse)").matches;

  const defaults = (theme) => {
    const axis = {
      gridcolor: theme.grid, linecolor: theme.line, zerolinecolor: theme.line, tickcolor: theme.line,
      zerolinewidth: 1, automargin: true, title: { standoff: 10, font: { size: 12, color: theme.soft } },
      tickfont: { size: 12, color: theme.soft },
    };
    return {
      font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: theme.ink },
      paper_bgcolor: theme.paper, plot_bgcolor: theme.paper, colorway: [theme.series0],
      // The buttons have the right margin to themselves.
      margin: { l: narrow() ? 44 : 60, r: narrow() ? 10 : 40, t: 12, b: 40 },
      hovermode: "x unified",
      hoverlabel: { bgcolor: theme.card, bordercolor: theme.line, font: { color: theme.ink, size: 12 } },
      legend: { orientation: "h", x: 0, xanchor: "left", y: 1.01, yanchor: "bottom", font: { size: 12 }, bgcolor: "rgba(0,0,0,0)" },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.muted, activecolor: theme.series0, orientation: "v" },
      xaxis: { ...axis, showline: true, showgrid: false, ticks: "outside", ticklen: 4 },
      yaxis: { ...axis, showline: false },
      // A drag on a touch screen scrolls the page; the buttons still zoom.
      dragmode: touch ? false : "zoom",
      shapedefaults: { line: { width: 0 } },
    };
  };

  if (page.locale) Plotly.register(page.locale);
  const config = {
    responsive: true, displaylogo: false, locale: page.locale ? page.locale.name : "en-US",
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "toggleSpikelines"],
  };

  // Value axes follow the stretch of time that is seen, as a reader zooms or moves the slider.
  const follow = (div, figure) => {
    const range = div._fullLayout.xaxis.range;
    const [from, to] = [String(range[0]).slice(0, 10), String(range[1]).slice(0, 10)];
    const update = {};
    for (const axis of figure.follow) {
      let low = Infinity, high = -Infinity, bars = false;
      for (const trace of div.data) {
        if ((trace.yaxis || "y") !== axis || trace.visible === "legendonly" || trace.visible === false) continue;
        // Bars stand on zero.
        if (trace.type === "bar") [bars, low] = [true, Math.min(low, 0)];
        const lows = trace.low || trace.y, highs = trace.high || trace.y;
        for (let i = 0; i < trace.x.length; i++) {
          if (trace.x[i] < from || trace.x[i] > to) continue;
          if (lows[i] !== null && lows[i] < low) low = lows[i];
          if (highs[i] !== null && highs[i] > high) high = highs[i];
        }
      }
      if (low > high) continue;
      const margin = 0.05 * (high - low || Math.abs(high) || 1);
      update[axis.replace("y", "yaxis") + ".range"] = [bars ? low : low - margin, high + margin];
    }
    if (Object.keys(update).length) Plotly.relayout(div, update);
  };

  // Width of the text on an A4 page with the margins of the style sheet, CSS pixels.
  const PAPER = 690;

  const draw = (name, width) => {
    const theme = themes[name];
    for (const figure of page.figures) {
      const div = document.getElementById(figure.id);
      if (!div) continue;
      const data = resolve(figure.data, theme, "");
      const layout = resolve(figure.layout, theme, "");
      layout.template = { layout: defaults(theme) };
      layout.uirevision = "kept";
      layout.height = figure.height;
      // On paper nobody slides or presses.
      if (width && layout.xaxis.rangeslider) layout.xaxis.rangeslider.visible = false;
      // On a phone the buttons would lie on the legend.
      if ((width || narrow()) && layout.xaxis.rangeselector) layout.xaxis.rangeselector.visible = false;
      if (width) layout.width = Math.min(width, div.parentElement.clientWidth || width);
      Plotly.react(div, data, layout, config);
      if (figure.follow.length && !div.dataset.follows) {
        div.dataset.follows = "1";
        const moved = (event) => {
          if (event && Object.keys(event).some((key) => key.startsWith("xaxis"))) follow(div, figure);
        };
        div.on("plotly_relayout", moved);
        div.on("plotly_restyle", () => follow(div, figure));
      }
    }
  };

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const screen = () => draw(dark.matches ? "dark" : "light");
  screen();
  dark.addEventListener("change", screen);
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    draw("light", PAPER);
  });
  window.addEventListener("afterprint", screen);
})();
