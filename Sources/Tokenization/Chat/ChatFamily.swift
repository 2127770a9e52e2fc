/// The families of chat templates that Plumbline renders.
public enum ChatFamily: String, CaseIterable, Sendable {
  /// `<|im_start|>role\ncontent<|im_end|>\n`, as of Qwen2.
  case chatml
  /// `<|start_header_id|>role<|end_header_id|>\n\ncontent<|eot_id|>`.
  case llama3
  /// `<|role|>\ncontent</s>\n`, as of Zephyr and TinyLlama; the end is the EOS token.
  case zephyr
  /// `[INST] question [/INST]answer</s>`, as of Mistral and Llama 2.
  case mistral
  /// ChatML with SmolLM's default system message.
  case smollm
  /// `User: …\nAssistant: …` for models without turn tokens; the end is the EOS token.
  case plain

  /// The template of the family in Jinja.
  public var source: String {
    switch self {
    case .chatml: Self.chatMLSource
    case .smollm:
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
        + "{{ '<|im_start|>system\n\(Self.smolLMSystem)<|im_end|>\n' }}"
        + "{% endif %}"
        + Self.chatMLSource.dropFirst("{% for message in messages %}".count)
    case .llama3:
      """
      {% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>

      ' + message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}\
      {% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}\
      {{ '<|start_header_id|>assistant<|end_header_id|>

      ' }}{% endif %}
      """
    case .zephyr:
      """
      {% for message in messages %}{{ '<|' + message['role'] + '|>
      ' + message['content'] + eos_token + '
      ' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>
      ' }}{% endif %}
      """
    case .mistral:
      """
      {{ bos_token }}{% for message in messages %}\
      {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
      {{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}\
      {% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}\
      {% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token }}\
      {% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}
      """
    case .plain:
      """
      {% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] + '
      ' }}{% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + eos_token + '
      ' }}{% else %}{{ message['role'] | capitalize + ': ' + message['content'] + '
      ' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}
      """
    }
  }

  /// What SmolLM is told where nobody tells it anything.
  static let smolLMSystem = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"

  /// ChatML as OpenAI wrote it, without a default system message.
  private static let chatMLSource = """
    {% for message in messages %}{{ '<|im_start|>' + message['role'] + '
    ' + message['content'] + '<|im_end|>
    ' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
    ' }}{% endif %}
    """

  /// The tokens that the template is made of, beside BOS and EOS.
  public var tokens: [String] {
    switch self {
    case .chatml, .smollm: ["<|im_start|>", "<|im_end|>"]
    case .llama3: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    case .zephyr, .mistral, .plain: []
    }
  }

  /// The token that ends a turn; nil where it is EOS.
  var endOfTurn: String? {
    switch self {
    case .chatml, .smollm: "<|im_end|>"
    case .llama3: "<|eot_id|>"
    case .zephyr, .mistral, .plain: nil
    }
  }

  /// The family that opens and closes turns of users and assistants like this.
  static func opening(user: ChatFormat.Turn, assistant: String) -> ChatFamily? {
    if user.before == "<|im_start|>user\n" { return .chatml }
    if user.before == "<|start_header_id|>user<|end_header_id|>\n\n" { return .llama3 }
    if user.before == "<|user|>\n", assistant == "<|assistant|>\n" { return .zephyr }
    if user.before.contains("[INST]"), user.after.contains("[/INST]") { return .mistral }
    if user.before == "User: ", assistant == "Assistant: " { return .plain }
    return nil
  }
}
