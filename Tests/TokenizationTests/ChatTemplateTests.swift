import Diagnostics
import Foundation
import Testing
import Tokenization

@Suite struct ChatTemplateTests {
  private let conversation = [
    ChatMessage(role: "system", content: "Be brief."), ChatMessage(role: "user", content: "Hi"),
    ChatMessage(role: "assistant", content: "Hello."),
  ]

  private func text(_ template: ChatTemplate, _ messages: ArraySlice<ChatMessage>, prompt: Bool = false)
    throws -> String
  {
    try template.render(Array(messages), addGenerationPrompt: prompt).map(\.text).joined()
  }

  @Test(arguments: [
    (
      ChatFamily.chatml,
      "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n",
      "Hello.<|im_end|>"
    ),
    (
      .llama3,
      "<b><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>", "Hello.<|eot_id|>"
    ),
    (.zephyr, "<|system|>\nBe brief.<e>\n<|user|>\nHi<e>\n<|assistant|>\nHello.<e>\n", "Hello.<e>"),
    (.plain, "Be brief.\nUser: Hi\nAssistant: Hello.<e>\n", " Hello.<e>"),
  ])
  func `families mark the answer and the token that ends it`(
    family: ChatFamily, expected: String, answer: String
  ) throws {
    let template = ChatTemplate(family: family, beginOfText: "<b>", endOfText: "<e>")
    #expect(template.format?.family == family)
    let segments = try template.render(conversation)
    #expect(segments.map(\.text).joined() == expected)
    #expect(segments.filter(\.isAssistantContent).map(\.text) == [answer])
    #expect(template.endOfTurn.map { answer.hasSuffix($0) } == true)
  }

  @Test func `every family ends its prompt where the answer begins`() throws {
    for family in ChatFamily.allCases {
      let template = ChatTemplate(family: family, beginOfText: "<b>", endOfText: "<e>")
      let whole = try template.render(Array(conversation[1...]))
      let answer = whole.firstIndex { $0.isAssistantContent } ?? 0
      let before = whole[..<answer].map(\.text).joined()
      #expect(try text(template, conversation[1..<2], prompt: true) == before, "\(family)")
    }
  }

  @Test func `Mistral takes turns without a system message`() throws {
    let template = ChatTemplate(family: .mistral, beginOfText: "<s>", endOfText: "</s>")
    #expect(try text(template, conversation[1...]) == "<s>[INST] Hi [/INST]Hello.</s>")
    let error = #expect(throws: Diagnostic.self) { try template.render(conversation) }
    #expect(error?.message.contains("system, user, assistant") == true)
    #expect(throws: Diagnostic.self) { try template.render([]) }
  }

  @Test func `a system message inside the first turn is learnt`() throws {
    let source =
      "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}"
      + "{% else %}{% set rest = messages %}{% set system = false %}{% endif %}{% for message in rest %}"
      + "{% if loop.index0 == 0 and system != false %}{% set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] %}"
      + "{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}"
      + "{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% else %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
    let template = ChatTemplate(source: source, file: nil, beginOfText: "<s>", endOfText: "</s>")
    #expect(template.format?.family == .mistral)
    #expect(
      try text(template, conversation[...])
        == "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello. </s>")
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
    "{% set ns = namespace(n=0) %}{% for m in messages if m.role %}{% set ns.n = ns.n + 1 %}"
      + "{{ '<|im_start|>%' | trim | default('') if false else '<|im_start|>' }}{{ m.get('role') ~ '\\n' ~ m['content'] }}"
      + "{{ '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt and ns.n == messages | length %}"
      + "{{ '<|im_start|>' + ['assistant', 'b'][0] + '\\n' }}{% endif %}",
  ])
  func `ChatML is recognised however it is written`(source: String) {
    let template = ChatTemplate(source: source, file: nil, endOfText: "")
    #expect(template.format == ChatTemplate.chatML.format)
  }

  @Test(arguments: [
    ("You help.", ChatFamily.chatml),
    ("You are a helpful AI assistant named SmolLM, trained by Hugging Face", .smollm),
  ])
  func `a default system message is recognised and used`(system: String, family: ChatFamily) throws {
    let source =
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
      + "{{ '<|im_start|>system\n\(system)<|im_end|>\n' }}{% endif %}"
      + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
      + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    let template = ChatTemplate(source: source, file: nil, endOfText: "")
    #expect(template.format?.family == family)
    #expect(template.format?.defaultSystem == system)
    #expect(
      try text(template, conversation[1..<2])
        == "<|im_start|>system\n\(system)<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n")
    #expect(try text(template, conversation[...]) == text(.chatML, conversation[...]))
  }

  @Test func `a template that treats one turn in a special way is none of a family`() {
    let source = ChatFamily.chatml.source.replacingOccurrences(
      of: "message['content']", with: "('' if loop.index0 == 5 else message['content'])")
    #expect(source != ChatFamily.chatml.source)
    #expect(ChatTemplate(source: source, file: nil, endOfText: "").format == nil)
  }

  @Test(arguments: [
    "", "{{ bos_token }}{% for m in messages %}[INST] {{ m.content }} [/INST]{% endfor %}", "{% for", "{{ 'x",
    "{# ChatML #}", "{% if loop.first %}{% endif %}", "{%", "{{}}", "{%-%}", "{{ strftime_now('%d') }}",
    "{% macro a() %}{% endmacro %}", "{{ raise_exception('no') }}", "{% for i in [1,2] %}", "{% endif %}",
    "{{ 1 // 0 }}",
    "{% for a in messages %}{% for b in messages %}{% for c in messages %}{{ a.b.c.d }}{% endfor %}{% endfor %}{% endfor %}",
    String(repeating: "{% if 1 %}", count: 500), "{{ " + String(repeating: "(", count: 5000),
    "{{ 999999999999 * 999999999 }}",
    "{{ 'a' + 1 }}", "{{ messages[9223372036854775807] }}", "{{ -9223372036854775807 - 9 }}",
    "{{ " + String(repeating: "not ", count: 5000),
  ])
  func `another template is kept, and rendering with it names its file and the way out`(source: String) throws
  {
    let template = ChatTemplate(source: source, file: "m/chat_template.jinja", endOfText: "")
    #expect(template.format == nil)
    #expect(template.source == source)
    let error = #expect(throws: Diagnostic.self) { try template.render(conversation) }
    #expect(error?.location?.file == "m/chat_template.jinja")
    #expect(error?.hint?.contains("chat_template: chatml|llama3|zephyr|mistral|smollm|plain") == true)
  }
}
