// Writes the support data set: `generate OUTDIR`, or verifies one: `generate --check DIR`.
//
// A made-up software company, Oakmere, sells eight apps. Its customers write in six voices about fifty-five
// issues; its agents answer in styles from fully helpful to rude. Every reply is composed from hand-written
// parts, so which style a reply has, and with it how good it is, is known without asking anyone.
//
// One seed decides every byte: the generator is its own, and nothing iterates a set or a dictionary.

import Foundation

// MARK: - Randomness

/// SplitMix64 (Steele, Lea and Flood, 2014), the one source of chance in this program.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, `bound`.
  mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "cannot draw from an empty range")
    return Int(next() % UInt64(bound))
  }

  mutating func chance(percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// One of `choices`, each as likely as its weight.
  mutating func pick<Element>(weighted choices: [(Element, weight: Int)]) -> Element {
    var remaining = below(choices.reduce(0) { $0 + $1.weight })
    for (element, weight) in choices {
      if remaining < weight { return element }
      remaining -= weight
    }
    return choices[choices.count - 1].0
  }

  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(index, below(index + 1))
    }
  }
}

// MARK: - The world

/// What a ticket is about; the raw value is the label in the ticket files.
enum Topic: String, CaseIterable {
  case billing = "Billing"
  case authentication = "Authentication"
  case bugReport = "Bug Report"
  case featureRequest = "Feature Request"
  case account = "Account"
  case performance = "Performance"
  case integration = "Integration"
  case dataExport = "Data Export"
  case security = "Security"
  case onboarding = "Onboarding"
}

/// Whether something is broken or the customer wants to know or to have something.
enum Concern {
  case trouble, question, request
}

/// One thing customers write about, with its only right answer in several wordings.
///
/// Braces are slots: `{app}`, `{plan}`, `{n}`, `{past}`, `{since}`, `{team}`, `{partner}`, `{month}`.
struct Issue {
  let topic: Topic
  let concern: Concern
  /// What replies call it, such as "the double charge".
  let noun: String
  /// The preposition between `noun` and the app.
  let link: String
  let apps: [String]
  /// Whole sentences that describe it.
  let reports: [String]
  /// The same from customers in a hurry.
  let briefs: [String]
  /// The right steps, from the verb on, without the app's name.
  let fixes: [String]
  /// A step that points the right way and does not get there.
  let hint: String
  /// What happens next.
  let outcomes: [String]

  init(
    _ topic: Topic, _ concern: Concern, _ noun: String, _ link: String, _ apps: [String] = World.apps,
    reports: [String], briefs: [String], fixes: [String], hint: String, outcomes: [String]
  ) {
    self.topic = topic
    self.concern = concern
    self.noun = noun
    self.link = link
    self.apps = apps
    self.reports = reports
    self.briefs = briefs
    self.fixes = fixes
    self.hint = hint
    self.outcomes = outcomes
  }
}

/// The company, what it sells and what its customers fill their sentences with.
enum World {
  static let apps = [
    "Inkboard", "Mailmoor", "Tallyfern", "Vaultry", "Pulsegrid", "Formwick", "Deskhive", "Planwren",
  ]
  static let plans = ["Starter", "Team", "Business", "Enterprise"]
  static let teams = ["sales", "finance", "design", "marketing", "research", "logistics"]
  static let partners = ["Sheetloft", "Chatnook", "Dayplum", "Leadwren"]
  static let months = ["January", "March", "April", "June", "September", "November"]
  static let counts = ["three", "five", "eight", "twelve", "twenty", "forty"]
  static let past = ["yesterday", "this morning", "last night", "last week", "on Monday", "on Thursday"]
  static let since = [
    "since yesterday", "since this morning", "since Monday", "since the last update", "for two days",
    "all week",
  ]
  static let devices = ["my laptop", "my phone", "a tablet", "the office computer"]
  static let names = [
    "Nadia", "Tomas", "Ingrid", "Ravi", "Celia", "Bruno", "Maren", "Joel", "Amina", "Pavel", "Greta", "Luis",
    "Yuki", "Dora", "Henrik", "Sana", "Oscar", "Lena", "Kofi", "Marta",
  ]

  static let issues: [Issue] =
    billing + authentication + bugReports + featureRequests + accounts + performance + integrations
    + dataExports + security + onboarding
}

// MARK: - Issues

extension World {
  static let billing: [Issue] = [
    Issue(
      .billing, .trouble, "the double charge", "for",
      reports: [
        "I was charged twice for {app} {past}.",
        "My card shows two payments for {app}, but I only have one subscription.",
        "There are two identical {app} charges on my {month} statement.",
        "Why did {app} bill me two times {past}?",
        "The {app} fee for {month} was taken from our account twice.",
      ],
      briefs: [
        "Charged twice for {app} {past}.", "Double charge for {app} in {month}.", "Billed two times, {app}.",
      ],
      fixes: [
        "open Billing > Payments and press Refund duplicate",
        "go to Billing > Payments, select the second charge and press Refund duplicate",
      ],
      hint: "open the Billing page and compare your payments",
      outcomes: ["The money is back on your card within five days.", "The refund takes three to five days."]),
    Issue(
      .billing, .trouble, "error E402", "in",
      reports: [
        "{app} shows error E402 and refuses my card.",
        "My card is declined with error E402 when I renew {app}.",
        "I cannot pay for {app}, it stops with error E402 every time.",
        "The {app} renewal failed {past} with error E402.",
        "Error E402 appears whenever I try to pay the {app} bill for {month}.",
      ],
      briefs: [
        "Card declined in {app}, error E402.", "{app} payment fails, E402.", "E402 on {app} renewal.",
      ],
      fixes: [
        "open Billing > Cards, remove the old card and press Add card",
        "go to Billing > Cards and press Add card to enter it again",
      ],
      hint: "open the Billing page and check your card details",
      outcomes: ["The payment is tried again within the hour.", "Your plan stays active in the meantime."]),
    Issue(
      .billing, .trouble, "the old invoice address", "for",
      reports: [
        "The {app} invoice for {month} shows our old company address.",
        "We moved {past} and the {app} invoices still have the old address.",
        "Our {team} team needs the new address on the {app} invoice.",
        "The address on my last {app} invoice is wrong.",
      ],
      briefs: ["Wrong address on {app} invoice.", "{app} invoice for {month}, address is outdated."],
      fixes: [
        "open Billing > Invoices, edit the company details and press Reissue",
        "go to Billing > Invoices, select the invoice and press Reissue",
      ],
      hint: "open the Billing page and look at your company details",
      outcomes: ["The corrected invoice arrives by mail today.", "Later invoices use the new address too."]),
    Issue(
      .billing, .trouble, "the charge after your cancellation", "of",
      reports: [
        "I cancelled {app} {past}, yet you charged me again.",
        "We stopped using {app} in {month} and the payments go on.",
        "You took another payment for {app} although I cancelled it.",
        "My {app} subscription was cancelled {past}, so why is there a new charge?",
      ],
      briefs: ["Cancelled {app}, still charged.", "{app} billed after cancellation {past}."],
      fixes: [
        "open Billing > Plan and press Confirm cancellation",
        "go to Billing > Plan, choose Cancelled and press Confirm cancellation",
      ],
      hint: "open the Billing page and check the state of your plan",
      outcomes: [
        "The last payment is refunded once the plan is closed.", "No further payment is taken after that.",
      ]),
    Issue(
      .billing, .trouble, "the missing discount", "on",
      reports: [
        "The discount code for {app} was not applied to my bill.",
        "I paid the full price for {app} even though I entered a discount code.",
        "Where is the {month} discount on our {app} bill?",
        "Our discount for {n} seats of {app} is gone from the bill.",
      ],
      briefs: ["Discount missing on {app} bill.", "{app} discount code does nothing."],
      fixes: [
        "open Billing > Plan, enter the code under Discounts and press Apply",
        "go to Billing > Discounts, enter the code and press Apply",
      ],
      hint: "open the Billing page and read the terms of your discount",
      outcomes: [
        "The difference is credited to your next bill.", "The lower price shows on the next invoice.",
      ]),
    Issue(
      .billing, .question, "the plan change", "for",
      reports: [
        "How do I move {app} to the {plan} plan?",
        "We want to switch {app} to the {plan} plan from {month} on.",
        "What happens to our bill if we take the {plan} plan for {app}?",
        "I would like to pay for {app} on the {plan} plan.",
      ],
      briefs: ["Switch {app} to the {plan} plan, how?", "Need the {plan} plan for {app}."],
      fixes: [
        "open Billing > Plan, choose {plan} and press Switch",
        "go to Billing > Plan, select {plan} and press Switch",
      ],
      hint: "open the Billing page and compare the plans",
      outcomes: ["You only pay the difference for this month.", "The new price starts with the next bill."]),
  ]

  static let authentication: [Issue] = [
    Issue(
      .authentication, .trouble, "the missing reset link", "for",
      reports: [
        "The password reset link for {app} never arrives.",
        "I asked for a new {app} password {past} and no mail came.",
        "I forgot my {app} password and the reset mail does not reach me.",
        "I have requested the {app} reset link {n} times without any result.",
      ],
      briefs: [
        "No reset mail from {app}.", "{app} password reset link missing.", "Forgot {app} password, no mail.",
      ],
      fixes: [
        "open the sign-in page, choose Other ways and press Email a code",
        "go to the sign-in page, choose Other ways and press Email a code",
      ],
      hint: "open the sign-in page and ask for the link again",
      outcomes: [
        "The code arrives within a minute and works once.", "You can set a new password right after that.",
      ]),
    Issue(
      .authentication, .trouble, "error E117", "in",
      reports: [
        "{app} rejects my two-step code with error E117.",
        "Every two-step code I type into {app} gives error E117.",
        "I cannot sign in to {app}, my code fails with error E117.",
        "Error E117 comes up in {app} when I enter the code from my phone.",
      ],
      briefs: [
        "{app} code rejected, E117.", "E117 at {app} sign-in.", "Two-step code fails in {app}, E117.",
      ],
      fixes: [
        "open Security > Two-step, press Set clock and enter two codes",
        "go to Security > Two-step and press Set clock",
      ],
      hint: "choose another code and try to sign in again",
      outcomes: ["Codes fail when the clock of a phone is off.", "The next code will be accepted."]),
    Issue(
      .authentication, .trouble, "the lockout", "from",
      reports: [
        "I am locked out of {app} after {n} wrong passwords.",
        "{app} says that my login is locked.",
        "My login for {app} has been locked {since}.",
        "I mistyped my password and now {app} will not let me in.",
      ],
      briefs: ["Locked out of {app}.", "{app} login locked {since}."],
      fixes: [
        "go to the sign-in page, press Unlock and follow the link in the mail",
        "open the sign-in page and press Unlock to get a new link",
      ],
      hint: "open the sign-in page again in an hour",
      outcomes: ["The lock ends as soon as you use the link.", "Your old password works again after that."]),
    Issue(
      .authentication, .trouble, "the sign-in loop", "in",
      reports: [
        "Single sign-on sends me back to the {app} login page again and again.",
        "When I sign in to {app} with our company login, the page just reloads.",
        "Our {team} team has been stuck in a sign-in loop in {app} {since}.",
        "{app} keeps asking me to sign in after I have signed in.",
      ],
      briefs: ["Sign-in loop in {app}.", "{app} single sign-on keeps reloading."],
      fixes: [
        "open Settings > Single sign-on and press Refresh certificate",
        "go to Settings > Single sign-on and press Refresh certificate",
      ],
      hint: "open the sign-in page in another browser",
      outcomes: ["The old certificate had run out.", "Everybody can sign in again after a minute."]),
    Issue(
      .authentication, .trouble, "the lost second factor", "for",
      reports: [
        "I lost my phone and cannot confirm my {app} login any more.",
        "My new phone does not have the codes for {app}.",
        "I changed phones {past} and {app} still wants a code from the old one.",
        "How do I sign in to {app} without my authenticator?",
      ],
      briefs: ["New phone, no {app} codes.", "Lost phone, cannot sign in to {app}."],
      fixes: [
        "choose Use a backup code, open Security > Two-step and press Replace",
        "select Use a backup code, go to Security > Two-step and press Replace",
      ],
      hint: "open the sign-in page and look for another method",
      outcomes: [
        "The old phone stops working for codes at once.", "After that the new phone makes the codes.",
      ]),
    Issue(
      .authentication, .trouble, "the constant sign-outs", "from",
      reports: [
        "{app} logs me out every ten minutes.",
        "I have to sign in to {app} again after every break.",
        "My {app} login has not lasted longer than an hour {since}.",
        "Why does {app} forget my login all the time?",
      ],
      briefs: ["{app} logs me out constantly.", "Signed out of {app} every hour."],
      fixes: [
        "open Security > Sessions and turn on Stay signed in",
        "go to Security > Sessions and turn on Stay signed in",
      ],
      hint: "open the sign-in page and look at the options there",
      outcomes: ["Your login then lasts for thirty days.", "You only have to sign in once more."]),
  ]

  static let bugReports: [Issue] = [
    Issue(
      .bugReport, .trouble, "the dead save button", "in", ["Inkboard", "Formwick", "Planwren", "Vaultry"],
      reports: [
        "The save button in {app} does nothing.",
        "I press save in {app} and nothing happens.",
        "Saving in {app} has been broken {since}.",
        "My changes in {app} are lost because the save button does not react.",
      ],
      briefs: ["Save button dead in {app}.", "{app} does not save {since}."],
      fixes: [
        "open Settings > Labs, turn off New editor and save again",
        "go to Settings > Labs and turn off New editor",
      ],
      hint: "open the page again and wait a moment",
      outcomes: ["A repaired editor is on its way.", "Your changes are kept from then on."]),
    Issue(
      .bugReport, .trouble, "error E530", "in",
      reports: [
        "{app} crashes with error E530 when I open an attachment.",
        "Every attachment in {app} ends in error E530.",
        "I have seen error E530 in {app} {n} times today.",
        "{app} closes by itself and shows error E530.",
      ],
      briefs: ["{app} crash, E530.", "E530 on attachments in {app}.", "{app} closes by itself, error E530."],
      fixes: [
        "open Settings > Attachments and turn off Instant preview",
        "go to Settings > Attachments and turn off Instant preview",
      ],
      hint: "open the attachment on another device",
      outcomes: ["The crash comes from the preview.", "Files open normally without the preview."]),
    Issue(
      .bugReport, .trouble, "the repeated notifications", "from",
      reports: [
        "Every notification from {app} arrives twice.",
        "{app} sends me the same notification {n} times.",
        "I have been getting double notifications from {app} {since}.",
        "My phone shows each {app} reminder two times.",
      ],
      briefs: ["Double notifications from {app}.", "{app} notifies me twice."],
      fixes: [
        "open Settings > Notifications, select the second device and press Remove",
        "go to Settings > Notifications and press Remove next to the old device",
      ],
      hint: "open the notification settings and have a look",
      outcomes: ["One of your devices was listed twice.", "Each message arrives once after that."]),
    Issue(
      .bugReport, .trouble, "the wrong totals", "in", ["Tallyfern", "Pulsegrid", "Formwick"],
      reports: [
        "The totals in {app} do not add up.",
        "The sum in {app} is off by a few cents.",
        "{app} shows a different total from the one I calculate by hand.",
        "Our {month} total in {app} is wrong.",
      ],
      briefs: ["Wrong total in {app}.", "{app} sums are off for {month}."],
      fixes: [
        "open Settings > Numbers and choose Round per line",
        "go to Settings > Numbers, choose Round per line and press Apply",
      ],
      hint: "open the list and check the numbers once more",
      outcomes: ["The totals are then computed again.", "Both sums agree after the change."]),
    Issue(
      .bugReport, .trouble, "the shifted dates", "in", ["Planwren", "Inkboard", "Deskhive", "Tallyfern"],
      reports: [
        "All dates in {app} are one day too early.",
        "An entry I dated Friday shows up on Thursday in {app}.",
        "{app} has moved my deadlines by a day {since}.",
        "The dates in {app} are wrong for our {team} team.",
      ],
      briefs: ["Dates off by one in {app}.", "{app} shows the wrong day {since}."],
      fixes: [
        "open Settings > Region, select your time zone and press Apply",
        "go to Settings > Region and choose your own time zone",
      ],
      hint: "open the calendar and check the dates",
      outcomes: ["The dates jump back to the right day.", "Nothing you entered is lost."]),
    Issue(
      .bugReport, .trouble, "the lost drafts", "in", ["Mailmoor", "Deskhive", "Formwick"],
      reports: [
        "My draft in {app} disappeared while I was typing.",
        "{app} lost {n} of my drafts {past}.",
        "The text I wrote in {app} {past} is gone.",
        "Drafts have vanished from {app} {since}.",
      ],
      briefs: ["Draft gone in {app}.", "{app} ate my draft {past}."],
      fixes: [
        "open Drafts > Recovered and press Restore",
        "go to Drafts > Recovered, select the text and press Restore",
      ],
      hint: "open the drafts folder and look for it",
      outcomes: ["Drafts are kept there for thirty days.", "The text comes back with all its parts."]),
  ]

  static let featureRequests: [Issue] = [
    Issue(
      .featureRequest, .request, "a dark theme", "in",
      reports: [
        "Could {app} get a dark theme?",
        "A dark theme for {app} would be kind to my eyes.",
        "I work at night and {app} is far too bright, so please add a dark theme.",
        "Our {team} team would love a dark version of {app}.",
      ],
      briefs: ["Dark theme for {app}?", "Please add dark colours to {app}."],
      fixes: [
        "open Settings > Labs and turn on Dark theme",
        "go to Settings > Labs and turn on Dark theme",
      ],
      hint: "open the display settings and lower the brightness",
      outcomes: ["It is new, so some pages are still bright.", "It follows you to every device."]),
    Issue(
      .featureRequest, .request, "repeating tasks", "in", ["Inkboard", "Planwren", "Deskhive"],
      reports: [
        "I wish {app} could repeat a task every week.",
        "Can you add repeating tasks to {app}?",
        "It would help if {app} created the same {n} tasks each month.",
        "Please let {app} make weekly tasks by itself.",
      ],
      briefs: ["Weekly tasks in {app}, possible?", "Repeating tasks for {app} please."],
      fixes: [
        "open the task menu, choose Repeat and select a day",
        "go to the task menu, choose Repeat and select a day",
      ],
      hint: "open the old task and copy it each week",
      outcomes: ["The task then appears by itself.", "You can change the rhythm at any time."]),
    Issue(
      .featureRequest, .request, "keyboard shortcuts", "in",
      reports: [
        "Keyboard shortcuts in {app} would save me hours.",
        "Could you add more keyboard shortcuts to {app}?",
        "I would like to define my own keys in {app}.",
        "It would be great to use {app} without the mouse.",
      ],
      briefs: ["More shortcuts in {app}?", "Own keys for {app} please."],
      fixes: [
        "open Help > Shortcuts and turn on Custom keys",
        "go to Help > Shortcuts, turn on Custom keys and press Save",
      ],
      hint: "open the help page and read about the menus",
      outcomes: ["You can then record a key for each command.", "The full list is on the same page."]),
    Issue(
      .featureRequest, .request, "offline work", "in",
      reports: [
        "I would love to use {app} on the train without a connection.",
        "Is there any plan to make {app} work offline?",
        "Please add an offline mode to {app}.",
        "Our {team} team travels a lot and needs {app} without the internet.",
      ],
      briefs: ["Offline mode for {app}?", "Need {app} without internet."],
      fixes: [
        "open Settings > Devices and turn on Keep a local copy",
        "go to Settings > Devices, select yours and turn on Keep a local copy",
      ],
      hint: "open your files before you travel",
      outcomes: [
        "Your work is sent once you are online again.", "The last ninety days are kept on the device.",
      ]),
    Issue(
      .featureRequest, .request, "editing in bulk", "in",
      reports: [
        "Can I change {n} entries in {app} in one go?",
        "Editing {app} entries one by one is slow, so a bulk edit would help.",
        "A way to edit many rows at once in {app} is on my wish list.",
        "Please add bulk editing to {app}.",
      ],
      briefs: ["Bulk edit in {app}?", "Edit many {app} rows at once, please."],
      fixes: [
        "hold Shift, select the rows and press Edit all",
        "select the rows with Shift held down and press Edit all",
      ],
      hint: "open the rows one after the other",
      outcomes: ["It works for up to two hundred rows.", "One press of Undo takes it all back."]),
    Issue(
      .featureRequest, .request, "custom fields", "in",
      reports: [
        "I miss custom fields in {app}.",
        "Could {app} have a field for our own order numbers?",
        "We need {n} extra fields in {app}.",
        "It would be nice to add our own fields to {app}.",
      ],
      briefs: ["Custom fields in {app}?", "Want my own fields in {app}."],
      fixes: [
        "open Settings > Fields, press New field and choose a type",
        "go to Settings > Fields and press New field",
      ],
      hint: "open the notes and write it there",
      outcomes: ["The field appears on every new entry.", "You can hide it again at any time."]),
  ]

  static let accounts: [Issue] = [
    Issue(
      .account, .question, "the new email address", "for",
      reports: [
        "How do I change the email address of my {app} account?",
        "My {app} account still uses my old email address.",
        "I have a new work address and want it on my {app} account.",
        "Since {month} I have another email address, please put it into {app}.",
      ],
      briefs: ["Change my {app} email address, how?", "New email for my {app} account."],
      fixes: [
        "open Profile > Contact, press Change email and confirm the link",
        "go to Profile > Contact and press Change email",
      ],
      hint: "open your profile and read what it says",
      outcomes: ["The old address stops working after that.", "Messages go to the new address at once."]),
    Issue(
      .account, .trouble, "the pending invitations", "to",
      reports: [
        "I invited {n} colleagues to {app} and nobody got the mail.",
        "The invitations to {app} that I sent {past} are still pending.",
        "A new colleague in {team} cannot join our {app} account.",
        "Our {app} invitations have been stuck {since}.",
      ],
      briefs: ["{app} invites stuck on pending.", "Colleagues cannot join {app}."],
      fixes: [
        "open Members > Pending, select the names and press Resend",
        "go to Members > Pending and press Resend",
      ],
      hint: "open the member list and check the names",
      outcomes: ["The new mails go out within minutes.", "Each invitation is valid for a week."]),
    Issue(
      .account, .question, "the change of owner", "in",
      reports: [
        "I am leaving the company and want to hand {app} over to a colleague.",
        "How can I make somebody else the owner of our {app} account?",
        "Our {app} owner has moved to {team}, so I need to take over.",
        "Please tell me how to pass on the {app} account before I leave.",
      ],
      briefs: ["New owner for {app} account?", "Hand over {app} to a colleague, how?"],
      fixes: [
        "open Members > Roles, select your colleague and press Make owner",
        "go to Members > Roles and press Make owner next to the name",
      ],
      hint: "open the member list and talk to your colleague",
      outcomes: ["You stay a normal member after that.", "The new owner gets a mail to confirm."]),
    Issue(
      .account, .question, "merging two accounts", "in",
      reports: [
        "I have two {app} accounts and want only one.",
        "Can you merge my private and my work account in {app}?",
        "By mistake I made a second {app} account {past}.",
        "Our {team} team has two accounts in {app} that should be one.",
      ],
      briefs: ["Merge two {app} accounts?", "Two {app} accounts, want one."],
      fixes: [
        "open Profile > Accounts, choose the one to keep and press Merge",
        "go to Profile > Accounts and press Merge next to the second one",
      ],
      hint: "open both accounts and compare them",
      outcomes: ["All your items move to the account you keep.", "The other account is closed after that."]),
    Issue(
      .account, .question, "closing your account", "in",
      reports: [
        "I want to delete my {app} account.",
        "How do I close our account in {app}?",
        "Please remove my {app} profile and everything in it.",
        "We no longer need the {app} account of our {team} team.",
      ],
      briefs: ["Delete my {app} account.", "Close {app} account, how?"],
      fixes: [
        "open Profile > Account, press Close account and confirm by mail",
        "go to Profile > Account and press Close account",
      ],
      hint: "open your profile and think about what to keep",
      outcomes: ["Everything is erased after thirty days.", "You can come back within thirty days."]),
  ]

  static let performance: [Issue] = [
    Issue(
      .performance, .trouble, "the slow start", "of",
      reports: [
        "{app} takes almost a minute to load.",
        "The start page of {app} has been very slow {since}.",
        "Loading {app} takes forever on our office network.",
        "I wait and wait until {app} shows anything.",
      ],
      briefs: ["{app} loads very slowly.", "{app} so slow {since}."],
      fixes: [
        "open Settings > Display and turn off Live preview",
        "go to Settings > Display, turn off Live preview and reload",
      ],
      hint: "open fewer windows at the same time",
      outcomes: ["The page then loads in a few seconds.", "We are making the preview faster."]),
    Issue(
      .performance, .trouble, "the slow search", "in",
      reports: [
        "Searching in {app} takes more than twenty seconds.",
        "The search in {app} has been slow {since}.",
        "When I search for a name in {app}, I can make coffee meanwhile.",
        "Our {team} team hardly uses the {app} search because it is so slow.",
      ],
      briefs: ["{app} search is slow.", "Search takes ages in {app}."],
      fixes: [
        "open Settings > Search and press Rebuild index",
        "go to Settings > Search and press Rebuild index",
      ],
      hint: "choose shorter words when you search",
      outcomes: ["The new index is ready in ten minutes.", "You can go on working meanwhile."]),
    Issue(
      .performance, .trouble, "the slow uploads", "to", ["Vaultry", "Formwick", "Mailmoor", "Deskhive"],
      reports: [
        "Uploading to {app} crawls along.",
        "A file of twenty megabytes takes an hour to reach {app}.",
        "My uploads to {app} have been slow {since}.",
        "Sending {n} pictures to {app} takes the whole morning.",
      ],
      briefs: ["Uploads to {app} crawl.", "{app} upload speed is terrible."],
      fixes: [
        "open Settings > Transfers and choose Parallel upload",
        "go to Settings > Transfers, choose Parallel upload and press Apply",
      ],
      hint: "choose smaller files for now",
      outcomes: ["Large files then take minutes instead of hours.", "Files on the way are not lost."]),
    Issue(
      .performance, .trouble, "the freezes", "in", ["Inkboard", "Pulsegrid", "Planwren", "Tallyfern"],
      reports: [
        "{app} freezes when I scroll through a long list.",
        "With {n} open tabs, {app} hangs for half a minute.",
        "{app} has been freezing every few minutes {since}.",
        "My browser hangs as soon as {app} shows the year view.",
      ],
      briefs: ["{app} hangs all the time.", "{app} freezes on long lists."],
      fixes: [
        "open View > Filters, select Last 30 days and press Save",
        "go to View > Filters and choose Last 30 days",
      ],
      hint: "open a smaller list for now",
      outcomes: ["Older entries load when you scroll down.", "The list stays smooth with less to draw."]),
    Issue(
      .performance, .trouble, "the slow sync", "in",
      reports: [
        "Changes in {app} reach my phone an hour late.",
        "The sync of {app} between my devices has been slow {since}.",
        "{app} on my tablet is always half a day behind.",
        "It takes ages until my colleagues see what I change in {app}.",
      ],
      briefs: ["{app} sync lags behind.", "Phone gets {app} changes late."],
      fixes: [
        "open Settings > Devices, select the slow device and press Full sync",
        "go to Settings > Devices and press Full sync",
      ],
      hint: "open the app again and wait for the sync",
      outcomes: ["After that, changes arrive within seconds.", "The first full sync takes some minutes."]),
  ]

  static let integrations: [Issue] = [
    Issue(
      .integration, .trouble, "error E611", "in",
      reports: [
        "Our webhook from {app} fails with error E611.",
        "{app} reports error E611 for every webhook {since}.",
        "No webhook has left {app} {since}, the log only says error E611.",
        "Error E611 shows up in {app} next to our endpoint.",
      ],
      briefs: ["{app} webhook down, E611.", "E611 for all webhooks in {app}."],
      fixes: [
        "open Settings > Webhooks, select the endpoint and press Send again",
        "go to Settings > Webhooks and press Send again",
      ],
      hint: "open the list of webhooks and look at the log",
      outcomes: ["The endpoint had been paused after a timeout.", "Missed events are sent once more."]),
    Issue(
      .integration, .trouble, "the stopped {partner} sync", "in",
      reports: [
        "{app} no longer syncs with {partner}.",
        "The connection from {app} to {partner} has been down {since}.",
        "New entries in {partner} do not show up in {app}.",
        "{partner} and {app} stopped talking to each other {past}.",
      ],
      briefs: ["{partner} sync dead in {app}.", "{app} lost its {partner} connection."],
      fixes: [
        "open Settings > Connections, select {partner} and press Reconnect",
        "go to Settings > Connections and press Reconnect next to {partner}",
      ],
      hint: "open the list of connections and look at {partner}",
      outcomes: ["Missing entries follow within an hour.", "You have to allow the access once more."]),
    Issue(
      .integration, .trouble, "error E433", "in",
      reports: [
        "The {app} API rejects our key with error E433.",
        "Our script gets error E433 from {app}.",
        "Every call to the {app} API has ended in error E433 {since}.",
        "We changed nothing, but the {app} API answers with E433.",
      ],
      briefs: ["{app} API says E433.", "E433 from {app} with a valid key."],
      fixes: [
        "open Settings > API keys, press New key and paste it into your script",
        "go to Settings > API keys and press New key",
      ],
      hint: "open the settings and compare your key",
      outcomes: ["Keys run out after one year.", "The new key is valid for a year."]),
    Issue(
      .integration, .trouble, "the duplicate events", "in", ["Planwren", "Mailmoor", "Deskhive"],
      reports: [
        "All my {partner} events appear twice in {app}.",
        "{app} shows every {partner} meeting two times.",
        "Since I connected {partner} {past}, {app} is full of duplicates.",
        "The {partner} feed puts double entries into {app}.",
      ],
      briefs: ["Double {partner} events in {app}.", "{app} doubles the {partner} feed."],
      fixes: [
        "open Settings > Calendars and turn off the second {partner} feed",
        "go to Settings > Calendars, select {partner} and turn off its copy",
      ],
      hint: "open the calendar and delete what is double",
      outcomes: ["The extra entries vanish within minutes.", "The events in the other app stay as they are."]),
    Issue(
      .integration, .trouble, "the failed {partner} import", "into",
      reports: [
        "The import from {partner} into {app} fails halfway.",
        "{app} took only {n} of our {partner} records.",
        "I tried to bring our {partner} list into {app} {past} and it failed.",
        "{app} says that it cannot read the columns from {partner}.",
      ],
      briefs: ["{partner} import fails in {app}.", "{app} cannot read the {partner} file."],
      fixes: [
        "open Import > History, select the file and press Map columns",
        "go to Import > History and press Map columns",
      ],
      hint: "open the import page and start again",
      outcomes: [
        "Rows that are already there are skipped.", "The import goes on from the row where it stopped.",
      ]),
  ]

  static let dataExports: [Issue] = [
    Issue(
      .dataExport, .trouble, "the stuck export", "from",
      reports: [
        "My export from {app} has been stuck at ninety percent {since}.",
        "The CSV export in {app} never finishes.",
        "I started an export in {app} {past} and it is still running.",
        "{app} has been preparing my file for {n} hours.",
      ],
      briefs: ["{app} export stuck.", "CSV export hangs in {app}."],
      fixes: [
        "open Export > Queue, press Cancel and choose Export in parts",
        "go to Export > Queue, press Cancel and select Export in parts",
      ],
      hint: "open the export page again tomorrow",
      outcomes: ["Each part takes about a minute.", "The parts arrive in one folder."]),
    Issue(
      .dataExport, .trouble, "the missing rows", "from",
      reports: [
        "The file I downloaded from {app} lacks {n} rows.",
        "Our {month} export from {app} is not complete.",
        "Many rows are missing when I download a table from {app}.",
        "The spreadsheet from {app} has fewer rows than the screen.",
      ],
      briefs: ["Rows missing in {app} export.", "{app} download is incomplete."],
      fixes: [
        "open Export > Columns, turn on Archived items and press Export",
        "go to Export > Columns and turn on Archived items",
      ],
      hint: "open the export page and start again",
      outcomes: ["Archived rows are left out unless you ask.", "The next file has all the rows."]),
    Issue(
      .dataExport, .trouble, "the blank report", "from",
      reports: [
        "The PDF report from {app} comes out blank.",
        "I downloaded the {month} report from {app} and all pages are empty.",
        "{app} gives me a PDF with nothing in it.",
        "The report that {app} made {past} is an empty file.",
      ],
      briefs: ["Blank PDF from {app}.", "{app} report for {month} is empty."],
      fixes: [
        "open Export > Format and choose Print layout",
        "go to Export > Format, choose Print layout and press Export",
      ],
      hint: "open the report on the screen instead",
      outcomes: ["The pages are then filled as on the screen.", "The setting is kept for later reports."]),
    Issue(
      .dataExport, .trouble, "the missing weekly export", "from",
      reports: [
        "The weekly export from {app} did not arrive on Monday.",
        "Our {team} team has had no scheduled file from {app} {since}.",
        "{app} should send a report every week, but it stopped in {month}.",
        "The scheduled download from {app} has not come {since}.",
      ],
      briefs: ["No weekly file from {app}.", "{app} scheduled export stopped."],
      fixes: [
        "open Export > Schedules and press Resume next to the weekly job",
        "go to Export > Schedules, select the job and press Resume",
      ],
      hint: "open the export page and look at your jobs",
      outcomes: ["The missed file is made up for tonight.", "Schedules pause when a mailbox is full."]),
    Issue(
      .dataExport, .trouble, "the garbled letters", "from",
      reports: [
        "Letters with accents are garbled in the file from {app}.",
        "The CSV file from {app} turns names into strange signs.",
        "When I open the {app} download, half of the names are unreadable.",
        "Our {month} list from {app} is full of question marks.",
      ],
      briefs: ["Garbled names in {app} CSV.", "{app} file has strange signs."],
      fixes: [
        "open Export > Format and choose UTF-8",
        "go to Export > Format, choose UTF-8 and press Export",
      ],
      hint: "open the export page and try another file type",
      outcomes: ["All the letters then come out right.", "Older files can be made again the same way."]),
  ]

  static let security: [Issue] = [
    Issue(
      .security, .trouble, "the unknown sign-in", "to",
      reports: [
        "Somebody signed in to my {app} account {past}, and it was not me.",
        "{app} lists a session from a city I have never visited.",
        "I got an alert about a strange login to {app} {past}.",
        "There is a device in my {app} session list that I do not know.",
      ],
      briefs: ["Unknown login to my {app}.", "Strange device in {app} sessions."],
      fixes: [
        "open Security > Sessions, press Sign out everywhere and change your password",
        "go to Security > Sessions and press Sign out everywhere",
      ],
      hint: "open the session list and keep an eye on it",
      outcomes: ["All the other devices lose access at once.", "We check the address of that device today."]),
    Issue(
      .security, .trouble, "the fake message", "about",
      reports: [
        "I got a mail that claims to be from {app} and asks for my password.",
        "Is the message about my {app} invoice {past} a fraud?",
        "Our {team} team received a suspicious mail in the name of {app}.",
        "A fake {app} page asked me for my card number.",
      ],
      briefs: ["Phishing mail in the name of {app}.", "Fake {app} message, is it yours?"],
      fixes: [
        "choose Report phishing in the message menu and press Delete",
        "open the message menu, choose Report phishing and press Delete",
      ],
      hint: "open the message and look at its sender",
      outcomes: ["We never ask for a password by mail.", "We then have the fake page taken down."]),
    Issue(
      .security, .trouble, "the public link", "in",
      reports: [
        "A private folder in {app} can be seen by anyone with the link.",
        "Somebody shared our {app} plans with the whole world.",
        "I made a public link in {app} by mistake.",
        "Our {month} figures in {app} are open to strangers.",
      ],
      briefs: ["Private {app} folder is public.", "Public link in {app} by mistake."],
      fixes: [
        "open Sharing > Links, select the link and press Revoke",
        "go to Sharing > Links and press Revoke",
      ],
      hint: "open the folder and see who is in it",
      outcomes: ["The link stops working at once.", "The list shows who has used the link."]),
    Issue(
      .security, .question, "the audit log", "of",
      reports: [
        "Where can I see who changed what in {app}?",
        "Our auditors want a log of all {app} sessions in {month}.",
        "I need proof of who had access to {app} {past}.",
        "For a review we need the access history of {app}.",
      ],
      briefs: ["Audit log for {app}?", "Need {app} access history for {month}."],
      fixes: [
        "open Security > Audit log, choose a period and press Download",
        "go to Security > Audit log and press Download",
      ],
      hint: "open the member list and look at the dates",
      outcomes: ["The log goes back one year.", "Each line has a name, a time and an address."]),
    Issue(
      .security, .trouble, "the leftover access", "to",
      reports: [
        "A colleague who left in {month} can still open {app}.",
        "We dismissed somebody {past} who still has access to {app}.",
        "How do I block a former employee from {app}?",
        "Our old contractor still reads our {app} data.",
      ],
      briefs: ["Former colleague still in {app}.", "Block an ex-employee from {app}."],
      fixes: [
        "open Members > Active, select the person and press Remove access",
        "go to Members > Active and press Remove access",
      ],
      hint: "open the member list and look for the person",
      outcomes: ["All of their sessions end at once.", "What they made stays with your team."]),
    Issue(
      .security, .trouble, "the exposed key", "for",
      reports: [
        "Our {app} API key ended up in a public place {past}.",
        "I sent the secret {app} key to the wrong person.",
        "Somebody may have copied our key for {app}.",
        "A secret key of {app} was visible in a screenshot.",
      ],
      briefs: ["{app} key leaked {past}.", "Secret {app} key exposed."],
      fixes: [
        "open Settings > API keys, select the exposed key and press Revoke",
        "go to Settings > API keys and press Revoke",
      ],
      hint: "open the page with the key and hide it",
      outcomes: ["The old key is refused from then on.", "The log shows whether the key was used."]),
  ]

  static let onboarding: [Issue] = [
    Issue(
      .onboarding, .question, "your first project", "in",
      reports: [
        "I am new to {app} and do not know how to begin.",
        "How do I set up my first project in {app}?",
        "We bought {app} {past}, what is the first step?",
        "Our {team} team starts with {app} on Monday and needs a first project.",
      ],
      briefs: ["New to {app}, where do I start?", "First project in {app}, how?"],
      fixes: [
        "open Home, press New project and choose a template",
        "go to Home and press New project",
      ],
      hint: "open the pages one by one and look around",
      outcomes: ["The template fills in the first steps.", "You can rename everything later."]),
    Issue(
      .onboarding, .question, "the first contacts", "in",
      reports: [
        "How do I bring my contacts into {app}?",
        "We have {n} contacts in a list and want to start with them in {app}.",
        "What kind of file does {app} need for our contacts?",
        "I am setting up {app} and the address book is still empty.",
      ],
      briefs: ["Contacts into {app}, how?", "{app} set up, contacts still empty."],
      fixes: [
        "open Import > Contacts, choose your file and press Start",
        "go to Import > Contacts and press Start",
      ],
      hint: "open the contact page and look for the buttons",
      outcomes: ["Any list with a header row will do.", "You see a preview before anything is stored."]),
    Issue(
      .onboarding, .question, "guest access", "to",
      reports: [
        "How can a client look at our {app} without a seat?",
        "We are new here and want to show {app} to {n} guests.",
        "Can guests see {app} without changing anything?",
        "What is the best way to let an outside partner into {app}?",
      ],
      briefs: ["Guest access to {app}?", "Show {app} to a client, how?"],
      fixes: [
        "open Members > Guests, press Invite and choose View only",
        "go to Members > Guests, choose View only and press Invite",
      ],
      hint: "open the help page and read about guests",
      outcomes: ["Guests are free on every plan.", "Guests see only what you pick for them."]),
    Issue(
      .onboarding, .question, "team roles", "in",
      reports: [
        "How do roles work in {app}?",
        "We are setting up {app} and want editors and readers.",
        "Can I decide who may do what in {app}?",
        "Our {team} team should only read in {app}, how do I set that up?",
      ],
      briefs: ["Roles in {app}, how?", "Set up readers and editors in {app}."],
      fixes: [
        "open Members > Roles, press New role and select the rights",
        "go to Members > Roles and press New role",
      ],
      hint: "open the member list and think about your team",
      outcomes: ["A member can have more than one role.", "Changes reach your team at once."]),
    Issue(
      .onboarding, .question, "your own domain", "for",
      reports: [
        "How do I use our own domain with {app}?",
        "We are just starting and want {app} under our company name.",
        "What do I enter at my provider to set up {app} on our domain?",
        "Can {app} run under our own web address?",
      ],
      briefs: ["Own domain for {app}?", "Set up {app} on our domain."],
      fixes: [
        "open Settings > Domains, press Add domain and copy the two records",
        "go to Settings > Domains and press Add domain",
      ],
      hint: "open the help page and read about domains",
      outcomes: ["It can take a day until the domain works.", "We renew the certificate for you."]),
  ]
}

// MARK: - Tickets

/// One customer's case: an issue and what fills the slots of everything said about it.
struct Ticket {
  /// Which of an issue's wordings a customer may use; each issue has one that labelled training never shows.
  enum Wording {
    case any, common, reserved

    func choices(of wordings: [String]) -> [String] {
      switch self {
      case .any: wordings
      case .common: Array(wordings.dropLast())
      case .reserved: Array(wordings.suffix(1))
      }
    }
  }

  let issue: Issue
  let app: String
  let currentPlan: String
  private let reportTemplate: String
  private let briefTemplate: String
  private let slots: [(name: String, value: String)]

  init(
    drawing random: inout SplitMix64, topic: Topic? = nil, app: String? = nil, wording: Wording = .any
  ) {
    issue = random.pick(
      World.issues.filter { issue in
        (topic.map { $0 == issue.topic } ?? true) && (app.map(issue.apps.contains) ?? true)
      })
    self.app = app ?? random.pick(issue.apps)
    reportTemplate = random.pick(wording.choices(of: issue.reports))
    briefTemplate = random.pick(wording.choices(of: issue.briefs))
    let plan = random.pick(World.plans)
    currentPlan = random.pick(World.plans.filter { $0 != plan })
    slots = [
      ("app", self.app), ("plan", plan), ("n", random.pick(World.counts)), ("past", random.pick(World.past)),
      ("since", random.pick(World.since)), ("team", random.pick(World.teams)),
      ("partner", random.pick(World.partners)), ("month", random.pick(World.months)),
    ]
  }

  /// `template` with every slot filled.
  func fill(_ template: String) -> String {
    var filled = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = rest[rest.index(after: open)..<close]
      guard let slot = slots.first(where: { $0.name == name }) else {
        preconditionFailure("no slot is called \(name) in: \(template)")
      }
      filled += rest[..<open] + slot.value
      rest = rest[rest.index(after: close)...]
    }
    return filled + rest
  }

  /// The issue in the customer's words, and in the words of a customer in a hurry.
  var report: String { fill(reportTemplate) }
  var brief: String { fill(briefTemplate) }

  var noun: String { fill(issue.noun) }
  var namedNoun: String { "\(noun) \(issue.link) \(app)" }
}

extension String {
  /// The same text with its first letter small, unless the first word has to stay as it is.
  var decapitalized: String {
    let first = prefix { $0 != " " }
    let kept = ["I", "CSV", "Friday"] + World.apps + World.partners
    let isCode = first.contains { $0.isNumber }
    if kept.contains(String(first)) || isCode || first.hasPrefix("I'") { return self }
    return prefix(1).lowercased() + dropFirst()
  }

  var capitalized: String { prefix(1).uppercased() + dropFirst() }

  /// How many words the text has, a word being what stands between spaces.
  var wordCount: Int { split(separator: " ").count }
}

// MARK: - Customers

/// How a customer writes the first message.
enum CustomerVoice {
  case plain, brief, chatty, angry, confused, formal

  static func drawn(for concern: Concern, from random: inout SplitMix64) -> CustomerVoice {
    random.pick(weighted: [
      (.plain, 30), (.brief, 17), (.chatty, 14), (.angry, concern == .trouble ? 17 : 0), (.confused, 12),
      (.formal, 10),
    ])
  }

  /// The message, with `aside` in it where a customer may mention something else.
  func message(about ticket: Ticket, aside: String = "", from random: inout SplitMix64) -> String {
    let isTrouble = ticket.issue.concern == .trouble
    let opener = random.pick(openers(forTrouble: isTrouble))
    let closer = random.pick(closers(forTrouble: isTrouble))
    if self == .brief {
      return joined([random.chance(percent: 20) ? ticket.brief.decapitalized : ticket.brief, aside, closer])
    }
    let report = ticket.report
    let context = random.chance(percent: 25) ? Self.context(of: ticket, from: &random) : ""
    let signature = self == .formal ? random.pick(World.names) : ""
    return joined([opener, continues ? report.decapitalized : report, context, aside, closer, signature])
  }

  /// Whether the report goes on with the opener's sentence.
  private var continues: Bool { self == .confused || self == .formal }

  private func openers(forTrouble isTrouble: Bool) -> [String] {
    switch self {
    case .plain: ["", "", "", "Hello.", "Hi.", "Hello there."]
    case .brief: [""]
    case .chatty:
      [
        "Hi there, I hope your week is going well.", "Hello, it is me again.",
        "Hi, a long-time customer here.", "Good morning from a rainy office.",
        "Hey team, first of all, I really like what you make.", "Hello, I have a small thing for you today.",
      ]
    case .angry:
      [
        "This is ridiculous.", "I have had enough.", "Seriously, again?", "I am really annoyed.",
        "This is the third time this month!", "What is going on over there?", "",
      ]
    case .confused:
      [
        "Sorry if this is a silly question, but", "I am not good with computers, so please be patient:",
        "I am a bit lost here:",
      ] + (isTrouble ? ["I may be missing something, but", "Maybe I am doing it wrong, but"] : [])
    case .formal: ["Dear support team,", "Dear all,", "Good afternoon,", "To whom it may concern,"]
    }
  }

  private func closers(forTrouble isTrouble: Bool) -> [String] {
    switch self {
    case .plain:
      ["", "", "Can you help?", "Please advise."]
        + (isTrouble ? ["What can I do about this?", "Any ideas?"] : ["Thanks."])
    case .brief:
      ["", "", "Thanks.", "Please help.", "Quick answer please."]
        + (isTrouble ? ["Urgent.", "Any fix?"] : [])
    case .chatty:
      [
        "No rush, but a hint would be lovely.", "Thanks a lot in advance.", "Have a nice day!",
        "My coffee is getting cold over this.", "You have always been so quick to answer.", "",
      ]
    case .angry:
      [
        "Fix it today.", "I expect an answer before noon.", "I am close to cancelling everything.",
        "This is costing us money.", "Do you even test this?", "I want a solution and no excuses.",
      ]
    case .confused:
      ["Where should I look?", "", ""]
        + (isTrouble ? ["Did I do something wrong?", "I do not understand it at all."] : [])
    case .formal: ["Kind regards,", "Best regards,", "Yours sincerely,", "With thanks,"]
    }
  }

  private static func context(of ticket: Ticket, from random: inout SplitMix64) -> String {
    let device = random.pick(World.devices)
    let count = random.pick(World.counts)
    let team = random.pick(World.teams)
    return random.pick([
      "We are on the \(ticket.currentPlan) plan.", "I mostly work on \(device).",
      "There are \(count) of us in the \(team) team.", "We have used \(ticket.app) for \(count) months.",
      "I have a demo for a client later today.", "My manager keeps asking me about it.",
    ])
  }
}

func joined(_ sentences: [String]) -> String {
  sentences.filter { !$0.isEmpty }.joined(separator: " ")
}

// MARK: - Dialogues

/// Where a conversation stands when the agent has to answer.
enum Moment {
  /// The customer has described the issue.
  case opening
  /// The customer has done what the agent said, without success.
  case stillBroken
  /// The customer does not find the page.
  case location
  /// The agent's last answer was of no use.
  case complaint
}

/// A prompt and what it takes to answer it.
struct Situation {
  let ticket: Ticket
  let moment: Moment
  /// The conversation so far, up to and with the agent marker.
  let prompt: String
  /// What the customer wrote first.
  let opening: String
}

extension Situation {
  static let customerMarker = "Customer:"
  static let agentMarker = "Agent:"

  /// A customer's first message.
  init(opening ticket: Ticket, from random: inout SplitMix64) {
    self.ticket = ticket
    moment = .opening
    opening = CustomerVoice.drawn(for: ticket.issue.concern, from: &random).message(
      about: ticket, from: &random)
    prompt = "\(Self.customerMarker) \(opening)\n\(Self.agentMarker)"
  }

  /// The conversation after `reply` and one more message of the customer.
  func following(_ reply: String, moment: Moment, message: String) -> Situation {
    Situation(
      ticket: ticket, moment: moment,
      prompt: "\(prompt) \(reply)\n\(Self.customerMarker) \(message)\n\(Self.agentMarker)", opening: opening)
  }

  /// A situation as the prompts have them: mostly a first message, sometimes the second.
  static func drawn(from random: inout SplitMix64) -> Situation {
    let first = Situation(opening: Ticket(drawing: &random), from: &random)
    guard random.chance(percent: 14) else { return first }
    let moment: Moment = random.pick(weighted: [(.stillBroken, 45), (.location, 25), (.complaint, 30)])
    let style: Style = moment == .complaint ? random.pick([.vague, .rude]) : random.pick([.curt, .plain])
    let reply = Reply(style, to: first, words: 10 + random.below(8), from: &random).text
    return first.following(reply, moment: moment, message: first.message(at: moment, from: &random))
  }

  /// What the customer said the issue is, word for word.
  var statement: String {
    opening.lowercased().contains(ticket.report.lowercased()) ? ticket.report : ticket.brief
  }

  /// What the customer writes next when the conversation stands at `moment`.
  func message(at moment: Moment, from random: inout SplitMix64) -> String {
    switch moment {
    case .opening: preconditionFailure("the opening is the customer's own")
    case .stillBroken:
      return random.pick([
        "I tried that and nothing changed.", "I followed those steps and it is the same as before.",
        "That did not help.", "Done, but it still does not work.",
        "I already did that, no difference at all.",
        "I did what you said and I am still stuck.", "No luck so far. What else can I try?",
        "I tried that, but once more: \(statement)", "It is still the same: \(statement)",
      ])
    case .location:
      return random.pick([
        "Where do I find that?", "I cannot find that page.", "Which menu do you mean?",
        "I do not see that button. Where is it?", "Could you tell me where that is?",
        "I looked everywhere and cannot find it.",
      ])
    case .complaint:
      return random.pick([
        "That does not tell me what to do.", "This is not an answer.", "So what should I do now?",
        "Can somebody else help me, please?", "I asked for help and got none.",
        "Please read my message again and give me a real answer.", "Once more: \(statement)",
        "Let me say it again: \(statement)", "I wrote this: \(statement)",
      ])
    }
  }
}

// MARK: - Replies

/// How an agent answers; each style has its own mix of help, naming and manners.
enum Style: CaseIterable {
  /// The right step, the app's name, an apology or thanks, an offer of further help.
  case full
  /// As `full`, without the offer.
  case noClosing
  /// As `full`, without the apology or thanks.
  case noCourtesy
  /// As `full`, without naming the app.
  case unnamed
  /// The right step and the app's name, and nothing else that is friendly.
  case plain
  /// The right step alone.
  case curt
  /// As `full`, with a step that only points the right way.
  case hinted
  /// As `plain`, with a step that only points the right way.
  case hintedPlain
  /// Friendly, without any step.
  case vague
  /// As `full`, with the answer to another question.
  case wrongFix
  /// Blames the customer.
  case rude
  /// Says no.
  case refusing
  /// Talks about something else.
  case offTopic
  /// As `full`, buried in talk.
  case overlong

  /// 2 for the right step, 1 for a step that points the right way, 0 for none.
  var helpfulness: Int {
    switch self {
    case .full, .noClosing, .noCourtesy, .unnamed, .plain, .curt, .overlong: 2
    case .hinted, .hintedPlain: 1
    case .vague, .wrongFix, .rude, .refusing, .offTopic: 0
    }
  }

  /// 1 where the reply always names the customer's app.
  var specificity: Int {
    switch self {
    case .full, .noClosing, .noCourtesy, .plain, .hinted, .hintedPlain, .overlong: 1
    case .unnamed, .curt, .vague, .wrongFix, .rude, .refusing, .offTopic: 0
    }
  }

  /// From 2, courteous at both ends, to -3, rude.
  var manners: Int {
    switch self {
    case .full, .hinted, .unnamed, .vague, .wrongFix: 2
    case .overlong, .noClosing, .noCourtesy: 1
    case .plain, .curt, .hintedPlain: 0
    case .offTopic: -1
    case .refusing: -2
    case .rude: -3
    }
  }

  /// Whether the reply starts with an apology or thanks.
  var isCourteous: Bool {
    switch self {
    case .full, .noClosing, .unnamed, .hinted, .vague, .wrongFix, .overlong: true
    case .noCourtesy, .plain, .curt, .hintedPlain, .rude, .refusing, .offTopic: false
    }
  }

  /// What rankings sort by: help first, then naming, then manners.
  var score: Int { 3 * helpfulness + 2 * specificity + manners }
}

/// An agent's answer.
struct Reply {
  let style: Style
  let text: String

  static let words = 12...45
  static let longestText = 240

  /// Of twelve drafts, the one whose length is nearest to `words`; this keeps length apart from quality.
  init(_ style: Style, to situation: Situation, words: Int, from random: inout SplitMix64) {
    self.style = style
    let drafts = (0..<12).map { _ in Draft(situation, style).text(from: &random) }
    let fitting = drafts.filter { Self.words.contains($0.wordCount) && $0.count <= Self.longestText }
    var nearest: String?
    for draft in style == .overlong ? drafts : fitting {
      if let best = nearest, abs(best.wordCount - words) <= abs(draft.wordCount - words) { continue }
      nearest = draft
    }
    text = nearest ?? drafts[0]
  }
}

/// The parts that replies in one situation are made of.
private struct Draft {
  let situation: Situation
  let style: Style
  let ticket: Ticket

  init(_ situation: Situation, _ style: Style) {
    self.situation = situation
    self.style = style
    ticket = situation.ticket
  }

  func text(from random: inout SplitMix64) -> String {
    let greeting = random.chance(percent: 18) ? random.pick(["Hello!", "Hi there.", "Hello."]) : ""
    // The app is named once, in the courtesy or in the step.
    let namesEarly = style != .unnamed && random.chance(percent: 45)
    let courtesy = courtesy(named: namesEarly, &random)
    let step = step(named: style != .unnamed && style != .curt && !(namesEarly && style.isCourteous), &random)
    let extras = extras(&random)
    let closing = closing(&random)
    switch style {
    case .full, .hinted, .wrongFix, .unnamed: return joined([greeting, courtesy, step, extras, closing])
    case .noClosing: return joined([greeting, courtesy, step, extras])
    case .noCourtesy: return joined([greeting, step, extras, closing])
    case .plain, .hintedPlain, .curt: return joined([step, extras])
    case .vague:
      let talk = pieces(of: Phrases.vague(for: ticket.issue.concern), 1...3, &random)
      return joined([greeting, courtesy, talk, random.chance(percent: 60) ? closing : ""])
    case .rude:
      let blame = ticket.fill(random.pick(Phrases.blame(for: ticket.issue.concern)))
      return joined([blame, pieces(of: Phrases.scorn(for: ticket.issue.concern), 1...3, &random)])
    case .refusing:
      return joined([ticket.fill(random.pick(Phrases.refusal)), pieces(of: Phrases.brushOff, 1...3, &random)])
    case .offTopic:
      return joined([
        greeting, pieces(of: Phrases.offTopic, 2...4, &random), random.chance(percent: 30) ? closing : "",
      ])
    case .overlong:
      let talk = pieces(of: Phrases.vague(for: ticket.issue.concern), 2...4, &random)
      return joined([greeting, courtesy, talk, step, pieces(of: Phrases.notes, 2...4, &random), closing])
    }
  }

  private func courtesy(named isNamed: Bool, _ random: inout SplitMix64) -> String {
    let noun = isNamed ? ticket.namedNoun : ticket.noun
    let app = ticket.app
    switch (situation.moment, ticket.issue.concern) {
    case (.stillBroken, _), (.complaint, _):
      return isNamed
        ? random.pick([
          "I am sorry that \(app) is not doing what you need yet.",
          "Sorry that \(app) is still giving you trouble.",
          "Thank you for your patience with \(app).", "I am sorry that you had to write again about \(app).",
        ])
        : random.pick([
          "I am sorry that you had to write again.", "Sorry that this was no help.",
          "Thank you for your patience.",
          "Apologies for the extra trouble.",
        ])
    case (.location, _):
      return isNamed
        ? random.pick(["Sorry for being unclear about \(app).", "Thanks for asking, \(app) has many pages."])
        : random.pick(["Sorry for being unclear.", "Thanks for asking.", "I am sorry that I was not clear."])
    case (.opening, .trouble):
      return isNamed
        ? random.pick([
          "I am sorry about \(noun).", "Sorry about \(noun).", "Thank you for telling us about \(noun).",
          "Thanks for reporting \(noun).", "I am sorry that \(app) is giving you trouble.",
          "Apologies for \(noun).",
        ])
        : random.pick([
          "I am sorry about \(noun).", "Sorry about \(noun).", "Thank you for telling us about \(noun).",
          "Thanks for reporting \(noun).", "I am sorry for the trouble.", "Apologies for the inconvenience.",
        ])
    case (.opening, .question):
      return isNamed
        ? random.pick([
          "Thank you for asking about \(noun).", "Thanks for your question about \(noun).",
          "Thank you for using \(app).", "Thanks for writing to us about \(noun).",
        ])
        : random.pick([
          "Thank you for asking about \(noun).", "Thanks for your question about \(noun).",
          "Thank you for your message.", "Thanks for getting in touch.",
        ])
    case (.opening, .request):
      return isNamed
        ? random.pick([
          "Thank you for asking about \(noun).", "Thanks for the suggestion about \(noun).",
          "Thank you for helping us improve \(app).", "Thanks for your idea about \(noun).",
        ])
        : random.pick([
          "Thank you for asking about \(noun).", "Thanks for the suggestion.", "Thank you for your idea.",
          "Thanks for thinking of \(noun).",
        ])
    }
  }

  private func step(named isNamed: Bool, _ random: inout SplitMix64) -> String {
    let action = action(&random)
    let goal = ticket.issue.concern == .trouble ? "fix this" : "do that"
    if isNamed {
      return random.pick([
        "In \(ticket.app), please \(action).", "In \(ticket.app), \(action).",
        "To \(goal) in \(ticket.app), \(action).", "In \(ticket.app), you can \(action).",
      ])
    }
    return random.pick([
      "Please \(action).", "To \(goal), please \(action).", "You can \(action).", "To \(goal), \(action).",
      "\(action.capitalized).",
    ])
  }

  private func action(_ random: inout SplitMix64) -> String {
    switch style {
    case .hinted, .hintedPlain: return ticket.fill(ticket.issue.hint)
    case .wrongFix:
      let others = World.issues.filter { $0.topic != ticket.issue.topic }
      return ticket.fill(random.pick(random.pick(others).fixes))
    default: break
    }
    switch situation.moment {
    case .opening, .complaint: return ticket.fill(random.pick(ticket.issue.fixes))
    case .stillBroken: return ticket.issue.topic.escalation
    case .location:
      return random.pick(Phrases.detours) + " " + ticket.fill(ticket.issue.fixes[0])
    }
  }

  private func extras(_ random: inout SplitMix64) -> String {
    let isTerse = style == .curt || style == .plain || style == .hintedPlain
    if style.helpfulness < 2 { return pieces(of: Phrases.hopes, 0...(isTerse ? 2 : 1), &random) }
    let outcomes = situation.moment == .stillBroken ? Phrases.handovers : ticket.issue.outcomes
    return joined([
      random.chance(percent: isTerse ? 75 : 55) ? random.pick(outcomes) : "",
      pieces(of: Phrases.notes, 0...(isTerse ? 2 : 1), &random),
    ])
  }

  private func closing(_ random: inout SplitMix64) -> String {
    let isTrouble = ticket.issue.concern == .trouble
    return random.pick(isTrouble ? Phrases.closings + Phrases.troubleClosings : Phrases.closings)
  }

  /// Some different sentences of `phrases`, filled and in the order drawn.
  private func pieces(of phrases: [String], _ count: ClosedRange<Int>, _ random: inout SplitMix64) -> String {
    var rest = phrases
    let count = count.lowerBound + random.below(count.count)
    return ticket.fill(joined((0..<count).map { _ in rest.remove(at: random.below(rest.count)) }))
  }
}

extension Topic {
  /// The right step where the first one did not help.
  fileprivate var escalation: String {
    switch self {
    case .billing: "open Help > Payments and press Ask for review"
    case .authentication: "open Help > Sign-in and press Check my identity"
    case .bugReport: "open Help > Report and press Send logs"
    case .featureRequest: "open Help > Ideas and press Ask the team"
    case .account: "open Help > Account and press Ask for review"
    case .performance: "open Help > Speed and press Run test"
    case .integration: "open Settings > Connections and press Send log"
    case .dataExport: "open Export > Queue, select the job and press Send to support"
    case .security: "open Security > Incidents and press New case"
    case .onboarding: "open Help > Tours and press Book a call"
    }
  }
}

/// Sentences of agents that fit any ticket.
enum Phrases {
  static let closings = [
    "Let me know if you need anything else.", "I am happy to help if it does not work.",
    "Just reply here if you get stuck.", "Let me know how it goes.", "Happy to help if anything is unclear.",
    "Let me know if it works for you.", "Reply here if you have more questions.",
  ]
  static let troubleClosings = [
    "Let me know if it happens again.", "Reply here if it comes back, I am happy to help.",
  ]
  static let notes = [
    "It takes about a minute.", "This works on every plan.", "You may have to reload the page.",
    "You only have to do it once.", "It usually works at the first try.",
    "There is a short guide on the same page.",
    "It only needs a few clicks.",
  ]
  static let hopes = [
    "That should help.", "Most customers get further with that.", "Maybe that is enough already.",
    "It is worth a try.", "That often helps.",
  ]
  static let detours = [
    "press the menu at the top left, then", "scroll to the top of the page, then",
    "reload the page once, then",
  ]
  static let handovers = [
    "A colleague takes over from there.", "A specialist looks at it today.",
    "You get an answer within a day.",
  ]

  static func vague(for concern: Concern) -> [String] {
    let general = [
      "We are looking into it.", "Our team is working on many things at the moment.",
      "You will hear from us when we know more.", "Please be patient for a while.",
      "I have made a note of it for my colleagues.", "There is not much to say about it yet.",
      "We take every message seriously.", "Some other customers have written about it too.",
      "We always try to get better.", "Your message has reached the right team.",
    ]
    return concern == .trouble
      ? general + [
        "Things like this can have several causes.", "It should be better soon.",
        "Such things happen from time to time.", "Maybe it will go away by itself.",
        "I cannot say yet what the reason is.",
      ]
      : general + [
        "There are several ways to look at it.", "It depends on many things.",
        "Others have asked that before.",
        "One of my colleagues knows more about it.",
      ]
  }

  static func blame(for concern: Concern) -> [String] {
    let general = [
      "Calm down, it is only software.", "You people never read anything before you write.",
      "Did you even read the manual?", "Read the manual before you write to us.",
      "Stop complaining about {app}.",
      "Stop wasting my time with things like this.", "Calm down and think before you write.",
      "You people and {app}, always the same story.", "Sorry, but that is a stupid thing to ask.",
    ]
    return concern == .trouble
      ? general + [
        "Sorry, but that is your fault and not ours.",
        "This is your fault, {app} works fine for everybody else.",
        "You should pay more attention to what you press.", "You clearly did something stupid again.",
        "Well, that is your own mistake.", "Honestly, a child can use {app}, so it must be your fault.",
      ]
      : general
  }

  static func scorn(for concern: Concern) -> [String] {
    let general = [
      "We have real problems to look after here.", "Everybody else manages to do it.",
      "I have answered this a hundred times today.", "Other customers never ask about this.",
      "I do not know what else you expect from me.", "It is not hard, so figure it out.",
      "Next time ask somebody in your office.", "I am not going to explain it again.",
      "Maybe {app} is not made for people like you.", "You can deal with it alone.",
      "I have better things to do.",
      "Nobody needs that but you.",
    ]
    return concern == .trouble
      ? general + ["There is nothing wrong with {app}.", "You must have broken it."] : general
  }

  static let refusal = [
    "That is not my problem.", "Sorry, I cannot help you with {app}.", "This is not my department.",
    "We will not help with that.", "No, we do not do that for anybody.", "I am too busy for this today.",
    "Sorry, but that is not my problem.", "I will not look at {app} for you.",
    "I cannot help you and I will not try.", "We do not care about such small things.",
  ]
  static let brushOff = [
    "Ask somebody else.", "You have to deal with it.", "There is nothing we want to do about it.",
    "Look for it on the internet.", "My shift ends soon anyway.", "Write again next month if you must.",
    "Nobody here knows {app} well.", "I am closing this ticket now.", "That is how it is.",
    "Maybe somebody will look at it one day.", "You will have to live with it.",
    "We have enough other customers to look after.",
  ]
  static let offTopic = [
    "Did you know that Oakmere was founded beside a lake?", "Our spring sale starts next week.",
    "We have a new office with a view of the harbour.", "The weather is lovely here today.",
    "Our newsletter has a recipe in it this month.", "We are looking for new colleagues in three cities.",
    "Have you seen our new stickers?", "I had a very good lunch today.",
    "My favourite colour is green, like our logo.", "Our team won a football match on Sunday.",
    "There is a webinar about colours in May.", "We also sell mugs with our logo.",
    "A friend of mine has a company like yours.", "Our yearly party was great fun.",
    "The trees in front of our office are in bloom.", "{app} has a nice logo, as many people say.",
    "Please follow us for more news.", "Our founder has written a book about sailing.",
  ]
}

// MARK: - The rule judge

/// A judge made of substrings, the one that README.md declares; it looks at replies in lower case.
enum Judge {
  /// Of every group, at least one pattern must appear.
  static let mustAny: [(name: String, patterns: [String])] = [
    ("courtesy", ["sorry", "apologies", "thank"]),
    ("named", World.apps.map { $0.lowercased() }),
    ("step", ["open ", "go to ", "press ", "choose ", "select ", "turn on ", "turn off "]),
    ("closing", ["let me know", "happy to help", "reply here"]),
  ]
  static let mustNot = [
    "your fault", "your own mistake", "not my problem", "not my department", "calm down", "you people",
    "read the manual", "stupid", "pay more attention", "stop complaining", "stop wasting", "figure it out",
    "deal with it", "cannot help", "will not", "too busy", "do not care", "ask somebody else",
  ]
  static let words = 12...45

  static func passes(_ reply: String) -> Bool {
    let text = reply.lowercased()
    return words.contains(text.wordCount)
      && mustAny.allSatisfy { group in group.patterns.contains { text.contains($0) } }
      && !mustNot.contains { text.contains($0) }
  }

  /// The judge as the data card shows it.
  static var yaml: String {
    func list(_ patterns: [String]) -> String {
      "[" + patterns.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }
    var lines = ["must_any:"]
    for group in mustAny { lines.append("  - \(list(group.patterns))  # \(group.name)") }
    lines.append("must_not:")
    for start in stride(from: 0, to: mustNot.count, by: 6) {
      let row = mustNot[start..<min(start + 6, mustNot.count)].map { "\"\($0)\"" }.joined(separator: ", ")
      lines.append((start == 0 ? "  [" : "   ") + row + (start + 6 >= mustNot.count ? "]" : ","))
    }
    lines.append("words: [\(words.lowerBound), \(words.upperBound)]")
    return lines.joined(separator: "\n")
  }
}

// MARK: - The data set

/// A prompt with one answer.
struct Demonstration {
  let situation: Situation
  let reply: Reply
}

/// A prompt with four answers, best first.
struct Ranking {
  let situation: Situation
  let replies: [Reply]
}

/// A ticket to classify.
struct LabelledTicket {
  let text: String
  let topic: Topic
}

/// Training rows and held-out rows that share no prompt.
struct Split<Row> {
  var train: [Row] = []
  var heldOut: [Row] = []
  var all: [Row] { train + heldOut }
}

/// Everything that is written, as values.
struct DataSet {
  static let seed: UInt64 = 20_240_607
  static let demonstrationCounts = (train: 800, heldOut: 80)
  static let rankingCounts = (train: 700, heldOut: 80)
  static let promptCounts = (train: 600, heldOut: 64)
  static let ticketCounts = (train: 1_000, heldOut: 200)
  static let corpusCharacters = 600_000

  var demonstrations = Split<Demonstration>()
  var rankings = Split<Ranking>()
  var prompts = Split<Situation>()
  var tickets = Split<LabelledTicket>()
  var dialogues: [String] = []
  private var seenPrompts: Set<String> = []
  private var heldOutOpenings: Set<String> = []

  init() {
    drawPrompts()
    drawTickets()
    drawDialogues()
  }

  /// A generator for one part, so that a change to one part leaves the others as they are.
  private static func random(for part: UInt64) -> SplitMix64 {
    SplitMix64(seed: seed &+ part &* 0xD1B5_4A32_D192_ED03)
  }
}

// MARK: - Drawing rows

extension DataSet {
  fileprivate mutating func drawPrompts() {
    var random = Self.random(for: 1)
    for _ in 0..<Self.promptCounts.heldOut { prompts.heldOut.append(fresh(heldOut: true, &random)) }
    for _ in 0..<Self.demonstrationCounts.heldOut {
      demonstrations.heldOut.append(Self.demonstration(of: fresh(heldOut: true, &random), &random))
    }
    for _ in 0..<Self.rankingCounts.heldOut {
      rankings.heldOut.append(Self.ranking(of: fresh(heldOut: true, &random), &random))
    }
    for _ in 0..<Self.promptCounts.train { prompts.train.append(fresh(heldOut: false, &random)) }
    for _ in 0..<Self.demonstrationCounts.train {
      demonstrations.train.append(Self.demonstration(of: fresh(heldOut: false, &random), &random))
    }
    for _ in 0..<Self.rankingCounts.train {
      rankings.train.append(Self.ranking(of: fresh(heldOut: false, &random), &random))
    }
  }

  /// A situation whose prompt no other row has, and whose first message no held-out row has.
  private mutating func fresh(heldOut: Bool, _ random: inout SplitMix64) -> Situation {
    while true {
      let situation = Situation.drawn(from: &random)
      if heldOutOpenings.contains(situation.opening) || !seenPrompts.insert(situation.prompt).inserted {
        continue
      }
      if heldOut { heldOutOpenings.insert(situation.opening) }
      return situation
    }
  }

  private static func demonstration(of situation: Situation, _ random: inout SplitMix64) -> Demonstration {
    let style: Style = random.pick(weighted: [
      (.full, 32), (.noClosing, 19), (.noCourtesy, 15), (.plain, 12), (.unnamed, 11), (.curt, 6),
      (.hinted, 2),
      (.vague, 3),
    ])
    let words = 17 + random.below(21)
    return Demonstration(
      situation: situation, reply: Reply(style, to: situation, words: words, from: &random))
  }

  private static func ranking(of situation: Situation, _ random: inout SplitMix64) -> Ranking {
    let styles: [Style] = [
      .full,
      random.pick(weighted: [(.hinted, 50), (.noClosing, 18), (.noCourtesy, 18), (.unnamed, 14)]),
      random.pick(weighted: [(.vague, 42), (.curt, 24), (.hintedPlain, 22), (.wrongFix, 12)]),
      random.pick(weighted: [(.rude, 42), (.refusing, 28), (.offTopic, 30)]),
    ]
    // Friendly answers come out longer than they should, terse ones shorter; the offsets even that out.
    let replies = zip(styles, [-3, -1, 3, 1]).map { style, offset in
      Reply(style, to: situation, words: 19 + random.below(18) + offset, from: &random)
    }
    return Ranking(situation: situation, replies: replies)
  }

  private mutating func drawTickets() {
    var random = Self.random(for: 2)
    var seen: Set<String> = []
    var rows: [LabelledTicket] = []
    while rows.count < Self.ticketCounts.train + Self.ticketCounts.heldOut {
      let topic = Topic.allCases[rows.count % Topic.allCases.count]
      let isReserved = rows.count < Self.ticketCounts.heldOut && random.chance(percent: 18)
      let ticket = Ticket(drawing: &random, topic: topic, wording: isReserved ? .reserved : .common)
      let text = Self.ticketText(about: ticket, &random)
      guard seen.insert(text).inserted else { continue }
      rows.append(LabelledTicket(text: text, topic: topic))
    }
    tickets.heldOut = Array(rows[..<Self.ticketCounts.heldOut])
    tickets.train = Array(rows[Self.ticketCounts.heldOut...])
    random.shuffle(&tickets.heldOut)
    random.shuffle(&tickets.train)
  }

  /// A customer's first message, often with an aside that belongs to another label.
  private static func ticketText(about ticket: Ticket, _ random: inout SplitMix64) -> String {
    let voice = CustomerVoice.drawn(for: ticket.issue.concern, from: &random)
    let others = Topic.allCases.filter { $0 != ticket.issue.topic }
    let aside = random.chance(percent: 36) ? ticket.fill(random.pick(random.pick(others).asides)) : ""
    return voice.message(about: ticket, aside: aside, from: &random)
  }

  /// Draws dialogues queue by queue: some in a row are about the same app.
  ///
  /// Trainers that cut a corpus into windows of equal length put neighbours into one window. With one app to a window
  /// a small model soon learns to name the app that it has read about; with mixed neighbours it takes far longer.
  private mutating func drawDialogues() {
    var random = Self.random(for: 3)
    var characters = 0
    while characters < Self.corpusCharacters {
      let app = random.pick(World.apps)
      for _ in 0..<(6 + random.below(5)) {
        let situation = Situation(opening: Ticket(drawing: &random, app: app), from: &random)
        if heldOutOpenings.contains(situation.opening) { continue }
        let dialogue = Self.dialogue(from: situation, &random)
        dialogues.append(dialogue)
        characters += dialogue.count + 2
      }
    }
  }

  /// A whole conversation, to its end, by agents good and bad.
  private static func dialogue(from opening: Situation, _ random: inout SplitMix64) -> String {
    var situation = opening
    for turn in 0... {
      let style: Style = random.pick(weighted: [
        (.full, 20), (.noClosing, 13), (.noCourtesy, 12), (.plain, 10), (.unnamed, 8), (.curt, 7),
        (.hinted, 7),
        (.hintedPlain, 3), (.vague, 7), (.wrongFix, 1), (.rude, 4), (.refusing, 3), (.offTopic, 2),
        (.overlong, 3),
      ])
      let reply = Reply(style, to: situation, words: 14 + random.below(24), from: &random)
      let answer = random.chance(percent: 25) ? "\(echo(of: situation, &random)) \(reply.text)" : reply.text
      let transcript = "\(situation.prompt) \(answer)"
      let isHelpful = style.helpfulness == 2
      if turn == 2 || random.chance(percent: 45) { return transcript }
      if isHelpful, random.chance(percent: 60) { return transcript + farewell(&random) }
      let isLost = situation.moment == .opening && random.chance(percent: 40)
      let moment: Moment = !isHelpful ? .complaint : isLost ? .location : .stillBroken
      situation = situation.following(
        answer, moment: moment, message: situation.message(at: moment, from: &random))
    }
    return situation.prompt
  }

  /// How agents repeat what the customer wrote before they answer.
  private static func echo(of situation: Situation, _ random: inout SplitMix64) -> String {
    random.pick(["You wrote:", "Your message says:", "I see:"]) + " " + situation.statement
  }

  private static func farewell(_ random: inout SplitMix64) -> String {
    let thanks = random.pick([
      "That worked, thank you!", "Great, it works now.", "Thanks, all good.", "Perfect, that was quick.",
      "It works, many thanks.", "Oh, that was easy. Thanks.", "Wonderful, you saved my day.",
    ])
    let answer = random.pick([
      "You are welcome. Have a good day!", "Glad to hear it. Let me know if anything else comes up.",
      "Good to know, thank you for telling us.", "Happy to help.", "Great. I am closing the ticket then.",
      "Fine.",
    ])
    return "\n\(Situation.customerMarker) \(thanks)\n\(Situation.agentMarker) \(answer)"
  }
}

extension Topic {
  /// What customers mention by the way, in the words of this label, when they write about another.
  fileprivate var asides: [String] {
    switch self {
    case .billing:
      [
        "Our invoice is paid, by the way.", "I pay for {app} by card.",
        "I was just looking at the last bill.",
        "For what we are charged each month, this is poor.", "The {month} payment went through.",
      ]
    case .authentication:
      [
        "I can sign in without a problem.", "My password is fine.",
        "The two-step code works, so it is not the login.",
        "I had to reset my password {past}, if that matters.", "Single sign-on works.",
      ]
    case .bugReport:
      [
        "I thought it was a bug at first.", "Nothing crashes, and there is no error on the screen.",
        "The save button works.", "Last time it was a bug with wrong dates.", "My drafts are all there.",
      ]
    case .featureRequest:
      [
        "Please add a better help page too.", "By the way, I like the dark theme.",
        "I would love more keyboard shortcuts as well.", "It would be nice to hear from you soon.",
        "The custom fields are great.",
      ]
    case .account:
      [
        "I am the owner of the account.", "My account uses my work email address.",
        "A colleague was invited {past} and sees the same.", "We only have one {app} account.",
        "The account belongs to the {team} team.",
      ]
    case .performance:
      [
        "The rest of {app} is fast.", "Everything loads quickly otherwise.", "It was slow {past} as well.",
        "The search takes a while, but that is fine.", "Your answers have been slow lately.",
      ]
    case .integration:
      [
        "We also connect {partner} to {app}.", "Our script calls the API once a day.",
        "The {partner} sync is not affected.", "All webhooks are fine.",
        "We brought our data over from {partner}.",
      ]
    case .dataExport:
      [
        "I noticed it after an export.", "The CSV file is fine.", "I can still download the report.",
        "We export everything on Fridays.", "I have a PDF of the screen, if you want it.",
      ]
    case .security:
      [
        "Our security people asked me to write.", "I checked the session list and it looks normal.",
        "No one else has access.", "I hope this is not an attack.", "The audit log shows nothing.",
      ]
    case .onboarding:
      [
        "We are new to {app}.", "We set up {app} {past}.", "The first project was easy to make.",
        "I am still learning how roles work.", "We just started with {app}.",
      ]
    }
  }
}

// MARK: - Writing

extension DataSet {
  /// Every file's name and content.
  var files: [(name: String, content: String)] {
    [
      ("corpus.txt", dialogues.joined(separator: "\n\n") + "\n"),
      ("demonstrations.jsonl", Self.lines(demonstrations.train.map(\.json))),
      ("demonstrations.heldout.jsonl", Self.lines(demonstrations.heldOut.map(\.json))),
      ("rankings.jsonl", Self.lines(rankings.train.map(\.json))),
      ("rankings.heldout.jsonl", Self.lines(rankings.heldOut.map(\.json))),
      ("prompts.jsonl", Self.lines(prompts.train.map(\.json))),
      ("prompts.heldout.jsonl", Self.lines(prompts.heldOut.map(\.json))),
      ("tickets.train.csv", Self.lines(["text,label"] + tickets.train.map(\.csv))),
      ("tickets.heldout.csv", Self.lines(["text,label"] + tickets.heldOut.map(\.csv))),
    ]
  }

  func write(to directory: URL) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for file in files {
      try Data(file.content.utf8).write(to: directory.appendingPathComponent(file.name), options: .atomic)
    }
  }

  private static func lines(_ rows: [String]) -> String { rows.map { $0 + "\n" }.joined() }
}

extension String {
  /// The text as a JSON string; all there is to escape here is the quote, the backslash and the line feed.
  fileprivate var quoted: String {
    var quoted = "\""
    for character in self {
      switch character {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      default: quoted.append(character)
      }
    }
    return quoted + "\""
  }
}

extension Situation {
  fileprivate var json: String { "{\"prompt\": \(prompt.quoted)}" }
}

extension Demonstration {
  fileprivate var json: String {
    "{\"prompt\": \(situation.prompt.quoted), \"completion\": \((" " + reply.text).quoted)}"
  }
}

extension Ranking {
  fileprivate var json: String {
    let ranked = replies.map { (" " + $0.text).quoted }.joined(separator: ", ")
    return "{\"prompt\": \(situation.prompt.quoted), \"ranked\": [\(ranked)]}"
  }
}

extension LabelledTicket {
  fileprivate var csv: String {
    "\"\(text.map { $0 == "\"" ? "\"\"" : String($0) }.joined())\",\(topic.rawValue)"
  }
}

// MARK: - Checking

/// What `--check` measures and demands.
struct Inspection {
  private let dataSet: DataSet
  private var failures: [String] = []
  private(set) var report: [String] = []

  init(of dataSet: DataSet, in directory: URL) {
    self.dataSet = dataSet
    inspectFiles(in: directory)
    inspectPrompts()
    inspectReplies()
    inspectTickets()
    report += failures.map { "FAILED: \($0)" }
  }

  var passed: Bool { failures.isEmpty }

  private mutating func demand(_ condition: Bool, _ what: String) {
    if !condition { failures.append(what) }
  }

  private mutating func inspectFiles(in directory: URL) {
    let second = DataSet().files
    for (file, again) in zip(dataSet.files, second) {
      let stored = try? Data(contentsOf: directory.appendingPathComponent(file.name))
      let bytes = Data(file.content.utf8)
      demand(file.content == again.content, "\(file.name) differs between two runs")
      demand(stored == bytes, "\(file.name) is not what this program writes")
      demand(bytes.allSatisfy { $0 == 10 || (32...126).contains($0) }, "\(file.name) is not plain ASCII")
      demand(!file.content.contains("{app}") && !file.content.contains("  "), "\(file.name) has leftovers")
      report.append("\(file.name): \(bytes.count) bytes")
    }
    let card = (try? String(contentsOf: directory.appendingPathComponent("README.md"), encoding: .utf8)) ?? ""
    demand(card.contains(Judge.yaml), "README.md does not declare this judge:\n\(Judge.yaml)")
    let characters = dataSet.files[0].content.count
    demand((500_000...700_000).contains(characters), "corpus.txt has \(characters) characters")
    report.append("corpus: \(dataSet.dialogues.count) dialogues, \(Set(dataSet.dialogues).count) distinct")
  }

  private mutating func inspectPrompts() {
    let heldOut =
      dataSet.prompts.heldOut + dataSet.demonstrations.heldOut.map(\.situation)
      + dataSet.rankings.heldOut.map(\.situation)
    let train =
      dataSet.prompts.train + dataSet.demonstrations.train.map(\.situation)
      + dataSet.rankings.train.map(\.situation)
    let prompts = (heldOut + train).map(\.prompt)
    demand(Set(prompts).count == prompts.count, "a prompt occurs twice")
    let openings = Set(heldOut.map(\.opening))
    demand(!train.contains { openings.contains($0.opening) }, "a held-out message occurs in training rows")
    let first = dataSet.dialogues.compactMap { $0.split(separator: "\n").first?.dropFirst(10) }
    demand(!first.contains { openings.contains(String($0)) }, "a held-out message occurs in the corpus")
    demand(
      prompts.allSatisfy { $0.hasPrefix("Customer: ") && $0.hasSuffix("\nAgent:") },
      "a prompt has another layout")
    report.append(
      "prompts: \(prompts.count), all distinct; \(Set((heldOut + train).map(\.opening)).count) openings")
  }

  private mutating func inspectReplies() {
    let demonstrations = dataSet.demonstrations.all
    let rate = Self.rate(demonstrations.map(\.reply.text))
    demand((0.25...0.45).contains(rate), "demonstrations pass at \(rate)")
    report.append(
      "demonstrations: pass \(Self.percent(rate)), \(Self.lengths(demonstrations.map(\.reply.text))), "
        + "\(Set(demonstrations.map(\.reply.text)).count) distinct of \(demonstrations.count)")
    let bounds: [ClosedRange<Double>] = [0.95...1, 0.4...0.6, 0...0.2, 0...0.02]
    var means: [Double] = []
    for rank in 0..<4 {
      let texts = dataSet.rankings.all.map { $0.replies[rank].text }
      let rate = Self.rate(texts)
      means.append(Self.meanWords(texts))
      demand(bounds[rank].contains(rate), "rank \(rank + 1) passes at \(rate)")
      report.append(
        "rank \(rank + 1): pass \(Self.percent(rate)), \(Self.lengths(texts)), "
          + "\(Set(texts).count) distinct of \(texts.count)")
    }
    demand((means.max() ?? 0) - (means.min() ?? 0) <= 3, "the ranks differ in length: \(means)")
    for ranking in dataSet.rankings.all {
      let scores = ranking.replies.map(\.style.score)
      demand(zip(scores, scores.dropFirst()).allSatisfy(>), "a ranking is out of order: \(scores)")
      demand(Set(ranking.replies.map(\.text)).count == 4, "a ranking has equal replies")
    }
    for reply in demonstrations.map(\.reply) + dataSet.rankings.all.flatMap(\.replies) {
      demand(
        !reply.text.isEmpty && Reply.words.contains(reply.text.wordCount)
          && reply.text.count <= Reply.longestText,
        "a reply is empty, too short or too long: \(reply.text)")
      switch reply.style {
      case .full, .hinted, .wrongFix: demand(Judge.passes(reply.text), "should pass: \(reply.text)")
      default: demand(!Judge.passes(reply.text), "should not pass: \(reply.text)")
      }
    }
  }

  private mutating func inspectTickets() {
    let heldOut = Set(dataSet.tickets.heldOut.map(\.text))
    demand(!dataSet.tickets.train.contains { heldOut.contains($0.text) }, "a ticket is in both splits")
    demand(Set(dataSet.tickets.all.map(\.text)).count == dataSet.tickets.all.count, "a ticket occurs twice")
    for topic in Topic.allCases {
      let counts = [dataSet.tickets.train, dataSet.tickets.heldOut].map {
        $0.filter { $0.topic == topic }.count
      }
      demand(counts == [100, 20], "\(topic.rawValue) has \(counts) tickets")
    }
    let accuracy = WordBaseline(dataSet.tickets.train).accuracy(on: dataSet.tickets.heldOut)
    demand((0.85...0.97).contains(accuracy), "the word baseline reaches \(accuracy)")
    report.append(
      "tickets: \(dataSet.tickets.all.count), word baseline \(Self.percent(accuracy)) held out")
  }

  private static func rate(_ texts: [String]) -> Double {
    Double(texts.filter(Judge.passes).count) / Double(texts.count)
  }

  private static func meanWords(_ texts: [String]) -> Double {
    Double(texts.reduce(0) { $0 + $1.wordCount }) / Double(texts.count)
  }

  private static func lengths(_ texts: [String]) -> String {
    let words = texts.map(\.wordCount).sorted()
    let mean = (10 * meanWords(texts)).rounded() / 10
    return
      "\(mean) words (\(words[0]) to \(words[words.count - 1])), at most \(texts.map(\.count).max() ?? 0) characters"
  }

  private static func percent(_ share: Double) -> String { "\((1000 * share).rounded() / 10)%" }
}

/// Softmax regression over the words of a ticket: what single words, without their order, can tell.
struct WordBaseline {
  private var columns: [String: Int] = [:]
  /// Row by row, one weight per label. `[words, labels]`
  private var weights: [Double] = []

  init(_ tickets: [LabelledTicket], epochs: Int = 30, learningRate: Double = 0.2) {
    for ticket in tickets {
      for word in Self.words(of: ticket.text) where columns[word] == nil {
        columns[word] = columns.count
      }
    }
    weights = [Double](repeating: 0, count: columns.count * Topic.allCases.count)
    for epoch in 0..<epochs {
      let rate = learningRate * (1 - Double(epoch) / Double(epochs))
      for ticket in tickets { learn(ticket, rate: rate) }
    }
  }

  func accuracy(on tickets: [LabelledTicket]) -> Double {
    let right = tickets.filter { ticket in
      let scores = scores(of: rows(of: ticket.text))
      return Topic.allCases[scores.indices.max { scores[$0] < scores[$1] } ?? 0] == ticket.topic
    }
    return Double(right.count) / Double(tickets.count)
  }

  private mutating func learn(_ ticket: LabelledTicket, rate: Double) {
    let rows = rows(of: ticket.text)
    let exponentials = scores(of: rows).map { exp($0) }
    let total = exponentials.reduce(0, +)
    for (label, topic) in Topic.allCases.enumerated() {
      let error = (topic == ticket.topic ? 1 : 0) - exponentials[label] / total
      for row in rows { weights[row + label] += rate * error }
    }
  }

  /// Where the weights of the known words begin.
  private func rows(of text: String) -> [Int] {
    Self.words(of: text).compactMap { columns[$0].map { $0 * Topic.allCases.count } }
  }

  private func scores(of rows: [Int]) -> [Double] {
    Topic.allCases.indices.map { label in rows.reduce(0) { $0 + weights[$1 + label] } }
  }

  /// The distinct words of a text, sorted so that sums come out the same every time.
  private static func words(of text: String) -> [String] {
    Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)).sorted()
  }
}

// MARK: - Entry

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.count, arguments.first) {
case (2, "--check"):
  let inspection = Inspection(of: DataSet(), in: URL(fileURLWithPath: arguments[1], isDirectory: true))
  print(inspection.report.joined(separator: "\n"))
  exit(inspection.passed ? 0 : 1)
case (1, let directory?) where !directory.hasPrefix("-"):
  do {
    try DataSet().write(to: URL(fileURLWithPath: directory, isDirectory: true))
  } catch {
    FileHandle.standardError.write(Data("error: \(error.localizedDescription)\n".utf8))
    exit(1)
  }
default:
  FileHandle.standardError.write(Data("usage: generate OUTDIR | generate --check DIR\n".utf8))
  exit(2)
}
