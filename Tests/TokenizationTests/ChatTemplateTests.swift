import Diagnostics
import Foundation
import Testing
import Tokenization

@Suite struct ChatTemplateTests {
  private let conversation = [
    ChatMessage(role: "system", content: "Be brief."), ChatMessage(role: "user", content: "Hi"),
    ChatMessage(role: "assistant", content: "Hello."),
  ]

  @Test func `ChatML marks the answer and the token that ends it`() throws {
    let segments = try ChatTemplate.chatML.render(conversation)
    let start = "<|im_start|>"
    let end = "<|im_end|>"
    #expect(
      segments.map(\.text).joined()
        == "\(start)system\nBe brief.\(end)\n\(start)user\nHi\(end)\n\(start)assistant\nHello.\(end)\n")
    #expect(segments.filter(\.isAssistantContent).map(\.text) == ["Hello.\(end)"])
  }

  @Test func `the generation prompt opens an answer`() throws {
    let segments = try ChatTemplate.chatML.render(Array(conversation.prefix(2)), addGenerationPrompt: true)
    #expect(segments.last?.text == "<|im_start|>assistant\n")
    #expect(!segments.contains { $0.isAssistantContent })
    let plain = try ChatTemplate.plain(endOfText: "<e>").render([conversation[1]], addGenerationPrompt: true)
    #expect(plain.map(\.text).joined() == "User: Hi\nAssistant:")
  }

  @Test func `the plain template labels turns and ends answers with the end of text`() throws {
    let segments = try ChatTemplate.plain(endOfText: "<e>").render(conversation)
    #expect(segments.map(\.text).joined() == "Be brief.\nUser: Hi\nAssistant: Hello.<e>\n")
    #expect(segments.filter(\.isAssistantContent).map(\.text) == [" Hello.<e>"])
  }

  @Test(arguments: [
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
      + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}"
      + "{% for message in messages %}{{ \"<|im_start|>\" ~ message.role ~ \"\\n\" ~ message.content ~ \"<|im_end|>\\n\" }}"
      + "{% endfor %}{% if add_generation_prompt %}{{ \"<|im_start|>assistant\\n\" }}{% endif %}",
    """
    {%- for message in messages -%}
        {{- '<|im_start|>' + message.role + '\\n' -}}
        {%- generation -%}
        {{- message.content + '<|im_end|>' + '\\n' -}}
        {%- endgeneration -%}
    {%- endfor -%}
    {%- if add_generation_prompt -%}
        {{- '<|im_start|>assistant\\n' -}}
    {%- endif -%}
    """,
    """
    {% for message in messages %}
    <|im_start|>{{ message['role'] }}
    {{ message['content'] }}<|im_end|>
    {% endfor %}
    {% if add_generation_prompt %}
    <|im_start|>assistant
    {{ '' }}{% endif %}
    """,
  ])
  func `ChatML is recognised however it is written`(source: String) {
    #expect(ChatTemplate(source: source, file: nil, endOfText: "").form == .chatML(defaultSystem: nil))
  }

  @Test func `a default system message is recognised and used`() throws {
    let source =
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
      + "{{ '<|im_start|>system\nYou help.<|im_end|>\n' }}{% endif %}"
      + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
      + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    let template = ChatTemplate(source: source, file: nil, endOfText: "")
    #expect(template.form == .chatML(defaultSystem: "You help."))
    let text = try template.render([conversation[1]]).map(\.text).joined()
    #expect(text.hasPrefix("<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n"))
    #expect(
      try template.render(conversation).map(\.text) == ChatTemplate.chatML.render(conversation).map(\.text))
  }

  @Test func `the plain template is recognised when it comes back`() {
    let plain = ChatTemplate.plain(endOfText: "</s>")
    #expect(ChatTemplate(source: plain.source, file: nil, endOfText: "</s>").form == plain.form)
  }

  @Test(arguments: [
    "", "{{ bos_token }}{% for m in messages %}[INST] {{ m.content }} [/INST]{% endfor %}", "{% for", "{{ 'x",
    "{# ChatML #}", "{% if loop.first %}{% endif %}", "{%", "{{}}", "{%-%}",
  ])
  func `another template is kept, and rendering with it names its file`(source: String) throws {
    let template = ChatTemplate(source: source, file: "m/chat_template.jinja", endOfText: "")
    #expect(template.form == .unrecognized)
    #expect(template.source == source)
    let error = #expect(throws: Diagnostic.self) { try template.render(conversation) }
    #expect(error?.location?.file == "m/chat_template.jinja")
    #expect(error?.hint?.contains("ChatML") == true)
  }
}
