"""The looks of the HTML report: one style sheet, no script. Filtering is done by radio buttons and selectors alone."""

from __future__ import annotations

FILTERS = {
    "all": "All",
    "failed": "Failed",
    "error": "No answer",
    "skipped": "Skipped",
    "passed": "Passed",
    "flaky": "Flaky",
    "different": "Different",
}
"""What can be filtered for, and the words on its button; a result carries the matching classes."""

_HIDING = "\n".join(
    f"#show-{name}:checked ~ .results .r:not(.{name}) {{ display: none; }}" for name in FILTERS if name != "all"
)
_CHOSEN = ",\n".join(f'#show-{name}:checked ~ .summary label[for="show-{name}"]' for name in FILTERS)
_FOCUSED = ",\n".join(f'#show-{name}:focus-visible ~ .summary label[for="show-{name}"]' for name in FILTERS)

STYLE = f"""
:root {{
  color-scheme: light dark;
  --fg: light-dark(#1c2128, #e6e9ee); --dim: light-dark(#5c6570, #99a3b0); --bg: light-dark(#ffffff, #14181d);
  --panel: light-dark(#f4f6f8, #1d232b); --line: light-dark(#d8dde3, #343c47);
  --passed: light-dark(#1a7f37, #4ac26b); --failed: light-dark(#b42318, #ff7b72);
  --error: light-dark(#9a4b00, #ffa657); --skipped: light-dark(#6e7781, #8b949e);
}}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; padding: 1.5rem; max-width: 76rem; display: flex; flex-direction: column;
  color: var(--fg); background: var(--bg); font: 15px/1.5 system-ui, sans-serif; }}
.summary {{ order: -1; }}
h1 {{ font-size: 1.3rem; margin: 0; }}
h2 {{ font-size: 1rem; margin: 1.4rem 0 .4rem; overflow-wrap: anywhere; }}
h2 small, .about, figcaption, dt {{ color: var(--dim); font-weight: normal; }}
h3 {{ font-size: .8rem; margin: 1rem 0 .2rem; color: var(--dim); text-transform: uppercase; letter-spacing: .05em; }}
.about {{ margin: .2rem 0 1rem; overflow-wrap: anywhere; }}
.verdict {{ font-weight: 600; }}
.verdict.passed {{ color: var(--passed); }} .verdict.failed {{ color: var(--failed); }}
dl {{ display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; margin: .8rem 0; }}
dl div {{ display: flex; gap: .4rem; }} dd {{ margin: 0; font-variant-numeric: tabular-nums; }}
.filters {{ display: flex; flex-wrap: wrap; gap: .4rem; margin: 1rem 0 0; }}
.filters label {{ padding: .15rem .7rem; border: 1px solid var(--line); border-radius: 1rem; cursor: pointer; }}
.filter {{ position: absolute; opacity: 0; pointer-events: none; }}
{_CHOSEN} {{ background: var(--fg); color: var(--bg); }}
{_FOCUSED} {{ outline: 2px solid var(--error); outline-offset: 2px; }}
{_HIDING}
figure {{ margin: 1rem 0 0; }} figcaption {{ font-size: .8rem; }}
.chart {{ width: 100%; height: auto; }}
.chart text {{ fill: var(--dim); font-size: 11px; text-anchor: end; }}
.chart .grid {{ stroke: var(--line); stroke-width: 1; }}
.chart .percentile {{ stroke: var(--dim); stroke-dasharray: 4 3; }}
.chart rect.passed {{ fill: var(--passed); }} .chart rect.failed {{ fill: var(--failed); }}
.chart rect.error {{ fill: var(--error); }} .chart rect.skipped {{ fill: var(--skipped); }}
.r {{ border: 1px solid var(--line); border-radius: .4rem; margin: .25rem 0; content-visibility: auto;
  contain-intrinsic-size: auto 2.2rem; }}
.r:target {{ outline: 2px solid var(--error); }}
.r > summary {{ display: grid; align-items: baseline;
  grid-template-columns: 1.2rem minmax(6rem, 14rem) 4.5rem minmax(6rem, 1fr) 3rem 5rem minmax(0, auto);
  gap: .6rem; padding: .3rem .7rem; cursor: pointer; list-style: none; }}
.r > summary > * {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.r > summary .num {{ text-align: right; font-variant-numeric: tabular-nums; }}
.r > summary .path, .r > summary .method, pre, td {{ font-family: ui-monospace, monospace; font-size: .85rem; }}
.r > summary .note {{ color: var(--dim); }}
.mark {{ font-weight: 700; }}
.passed > summary .mark, li.passed .mark {{ color: var(--passed); }}
.failed > summary .mark, li.failed .mark {{ color: var(--failed); }}
.error > summary .mark {{ color: var(--error); }} .skipped > summary .mark {{ color: var(--skipped); }}
.details {{ padding: 0 .9rem .9rem; border-top: 1px solid var(--line); }}
.details ul {{ list-style: none; padding: 0; margin: .3rem 0; }}
.details li {{ overflow-wrap: anywhere; }}
.details li p {{ margin: 0 0 0 1.4rem; color: var(--dim); }}
pre {{ background: var(--panel); padding: .6rem; border-radius: .3rem; margin: .3rem 0;
  overflow: auto; max-height: 30rem; white-space: pre-wrap; overflow-wrap: anywhere; }}
table {{ border-collapse: collapse; }} td {{ padding: 0 .8rem 0 0; vertical-align: top; overflow-wrap: anywhere; }}
td:first-child {{ color: var(--dim); white-space: nowrap; }}
@media (max-width: 50rem) {{ .r > summary {{ grid-template-columns: 1.2rem 1fr auto; }}
  .r > summary .path {{ grid-column: 2 / -1; }} }}
"""
