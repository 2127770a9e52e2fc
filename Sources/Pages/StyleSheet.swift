/// How pages look: light and dark by the reader's preference, plain when printed.
enum StyleSheet {
  /// Colours of series after Okabe and Ito (2008), told apart by people who see colours differently; darker on white,
  /// lighter on black, each at least 3:1 against its background.
  static let text = """
    :root { color-scheme: light dark; --page: #ffffff; --panel: #f6f7f9; --ink: #1b1f24; --soft: #57606a;
      --rule: #d5dae0; --grid: #e4e8ec; --best: #0b6b3a; --note: #8a4b00;
      --s0: #0063a6; --s1: #c24e00; --s2: #00795a; --s3: #a3407c; --s4: #6b6200; --s5: #444c56; }
    @media (prefers-color-scheme: dark) {
      :root { --page: #14171b; --panel: #1c2127; --ink: #e6e9ed; --soft: #a2acb8; --rule: #39424d; --grid: #2a313a;
        --best: #5fd39a; --note: #f0b264;
        --s0: #5cb8f5; --s1: #f59a52; --s2: #3fcf9f; --s3: #e08bbe; --s4: #d8cc4c; --s5: #b4bdc8; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
    h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; border-bottom: 1px solid var(--rule); padding-bottom: .3rem; }
    h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
    p { margin: .4rem 0; max-width: 60rem; }
    .soft { color: var(--soft); }
    .note { color: var(--note); }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .93rem; }
    caption { text-align: left; color: var(--soft); padding: .2rem 0; }
    th, td { padding: .32rem .8rem .32rem 0; text-align: left; vertical-align: top;
      border-bottom: 1px solid var(--grid); }
    th { font-weight: 600; }
    thead th { border-bottom-color: var(--rule); color: var(--soft); }
    .number { text-align: right; white-space: nowrap; }
    .best { color: var(--best); font-weight: 700; }
    code, pre, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .86em; }
    pre { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: .6rem .8rem;
      white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; }
    .digest { overflow-wrap: anywhere; }
    .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); gap: 1rem; }
    figure { margin: 0; background: var(--panel); border: 1px solid var(--rule); border-radius: 8px;
      padding: .6rem .7rem .4rem; break-inside: avoid; }
    figcaption { font-weight: 600; font-size: .93rem; }
    svg { display: block; width: 100%; height: auto; }
    svg text { fill: var(--soft); font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    svg .strong { fill: var(--ink); }
    .grid { stroke: var(--grid); stroke-width: 1; }
    .axis { stroke: var(--soft); stroke-width: 1; }
    .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
    .faint { stroke-width: 1.1; opacity: .55; }
    .reference { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 3; }
    .s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); stroke-dasharray: 7 3; }
    .s2 { stroke: var(--s2); stroke-dasharray: 2 3; } .s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; }
    .s4 { stroke: var(--s4); stroke-dasharray: 5 2; } .s5 { stroke: var(--s5); stroke-dasharray: 1 4; }
    .mark { stroke-dasharray: none; stroke-width: 1.5; }
    .f0 { fill: var(--s0); } .f1 { fill: var(--s1); } .f2 { fill: var(--s2); }
    .f3 { fill: var(--s3); } .f4 { fill: var(--s4); } .f5 { fill: var(--s5); }
    .legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: .2rem 0 .3rem; padding: 0; list-style: none;
      font-size: .85rem; color: var(--soft); }
    .legend svg { display: inline-block; width: 26px; height: 10px; margin-right: .35rem; vertical-align: middle; }
    .answers { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); }
    .answer { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: .5rem .7rem;
      white-space: pre-wrap; overflow-wrap: anywhere; break-inside: avoid; }
    .answer h3 { margin: 0 0 .3rem; font-size: .85rem; color: var(--soft); white-space: normal; }
    .prompt { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--rule); padding-left: .7rem;
      margin: 1.2rem 0 .5rem; }
    details { margin: .6rem 0; }
    summary { cursor: pointer; color: var(--soft); }
    @media print {
      :root { --page: #fff; --panel: #fff; --ink: #000; --soft: #333; --rule: #999; --grid: #ccc; }
      body { font-size: 11pt; } main { max-width: none; padding: 0; }
      .plots { grid-template-columns: 1fr 1fr; } h2 { break-after: avoid; }
    }

    """
}
