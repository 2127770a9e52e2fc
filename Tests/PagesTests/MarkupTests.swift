import Foundation
import FoundationXML
import Pages
import Testing

@Suite struct MarkupTests {
  @Test func `Text and attributes cannot become markup`() {
    let hostile = "<script>alert('x')</script> & \"q\" \u{0}\u{1B}[31m"
    let markup = HTML.tag("p", ["title": hostile], .text(hostile)).markup
    #expect(!markup.contains("<script"))
    #expect(
      markup.hasPrefix("<p title=\"&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"),
      "\(markup)")
    #expect(!markup.contains("\u{1B}") && !markup.contains("\u{0}"))
  }

  @Test func `Elements without content have no end tag`() {
    #expect(HTML.tag("br").markup == "<br>")
    #expect(HTML.tag("td").markup == "<td></td>")
  }

  @Test func `A page allows neither scripts nor requests`() {
    let text = Page(title: "A < B", body: [.tag("p", [:], "hello")]).text
    #expect(text.contains("default-src &#39;none&#39;"))
    #expect(text.contains("<title>A &lt; B</title>"))
    #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("<script"))
    #expect(text.contains("prefers-color-scheme: dark") && text.contains("@media print"))
  }

  @Test(arguments: [0, 1, 2, 1000])
  func `Plots of any number of points are well-formed drawings`(count: Int) throws {
    let points = (0..<count).map { index in
      PlotSeries.Point(x: Double(index), y: index == 1 ? .nan : Double(index) * 1.5)
    }
    let series = [
      PlotSeries(name: "a <b>", colour: 0, points: points), .init(name: "c", colour: 7, points: []),
    ]
    let marks = points.prefix(3).map {
      ScatterPlot.Mark(name: "m&m", colour: 1, x: $0.x, y: $0.y.isFinite ? $0.y : 0, error: 0.5)
    }
    let entries = points.prefix(3).map {
      IntervalPlot.Entry(name: "e", colour: 2, value: $0.y, interval: 0...1)
    }
    for figure in [
      LinePlot(title: "loss", xLabel: "step", yLabel: "nats", series: series).html,
      ScatterPlot(title: "KL", xLabel: "nats", yLabel: "reward", marks: Array(marks), trails: series).html,
      IntervalPlot(title: "win rate", xLabel: "share", entries: Array(entries), reference: 0.5).html,
    ] {
      let parser = XMLParser(data: Data(figure.markup.utf8))
      #expect(parser.parse(), "\(parser.parserError.debugDescription) \(figure.markup)")
      #expect(!figure.markup.contains("nan") && !figure.markup.contains("inf"), "\(figure.markup)")
    }
  }

  @Test func `A curve breaks where a value is not finite`() {
    let points = [1, 2, .nan, 4, 5].enumerated().map { PlotSeries.Point(x: Double($0), y: $1) }
    let plot = LinePlot(
      title: "t", xLabel: "x", yLabel: "y", series: [.init(name: "s", colour: 0, points: points)])
    let path = plot.html.markup.split(separator: "<path d=\"").last?.prefix { $0 != "\"" }
    #expect(path?.count { $0 == "M" } == 2)
  }
}
