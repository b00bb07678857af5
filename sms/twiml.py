"""What a caller hears and when they speak, as TwiML: pure values, no store.

The prompts are files of our own (sms/static/prompts), because foreign voices read Vietnamese badly.
An empty `<Record>` skips its `action` and goes to the next verb. So each question stands twice, and
after the second one comes what to do without an answer.
"""

from twilio.twiml.voice_response import VoiceResponse

VOICE_PATH = "/twilio/voice"
RECORDING_PATH = "/twilio/recording"
PROMPT_PATH = "/twilio/prompt/"
# Names of prompts: keys of the texts with their words.
GREETING, FIRST, SECOND, AGAIN = "voice.greeting", "voice.first", "voice.second", "voice.again"
CODE, REPEAT, THANKS = "voice.code", "voice.repeat", "voice.thanks"
NOTHING, NOTHING_HIDDEN = "voice.nothing", "voice.nothing_hidden"
DIGITS = tuple(f"voice.{digit}" for digit in range(10))
PROMPTS = (
    GREETING, FIRST, SECOND, AGAIN, CODE, REPEAT, THANKS, NOTHING, NOTHING_HIDDEN, *DIGITS,
)  # fmt: skip

MOST_SECONDS = 120
SILENCE_SECONDS = 5
DONE_KEY = "#"
GROUP = 4


def first_question(base: str) -> str:
    """Return the greeting and the first question; then step `second`, or `nothing`."""
    said = VoiceResponse()
    _play(said, base, GREETING)
    _ask(said, base, FIRST, then="second", otherwise="nothing")
    return str(said)


def second_question(base: str) -> str:
    """Return the second question; with or without an answer step `code` follows."""
    said = VoiceResponse()
    _ask(said, base, SECOND, then="code", otherwise="code")
    return str(said)


def read_out(base: str, code: str) -> str:
    """Return the twelve digits, twice, in groups of four to write down, and thanks."""
    said = VoiceResponse()
    for prompt in (CODE, REPEAT):
        _play(said, base, prompt)
        for place, digit in enumerate(code):
            if place % GROUP == 0:
                said.pause(length=1)
            _play(said, base, DIGITS[int(digit)])
        said.pause(length=1)
    _play(said, base, THANKS)
    said.hangup()
    return str(said)


def goodbye(base: str, *, is_hidden: bool) -> str:
    """Return what a person hears who said nothing: somebody calls back, if there is a number."""
    said = VoiceResponse()
    _play(said, base, NOTHING_HIDDEN if is_hidden else NOTHING)
    said.hangup()
    return str(said)


def silence() -> str:
    """Return silence: the call is over."""
    return str(VoiceResponse())


def file_of(prompt: str) -> str:
    """Return the name of a prompt's file."""
    return prompt.removeprefix("voice.") + ".mp3"


def key_of(file: str) -> str:
    """Return the key of the words that a prompt's file says."""
    return f"voice.{file.removesuffix('.mp3')}"


def step_url(base: str, step: str) -> str:
    """Return the address of the call's next step."""
    return f"{base}{VOICE_PATH}?step={step}"


def _ask(said: VoiceResponse, base: str, question: str, *, then: str, otherwise: str) -> None:
    for prompts in ((question,), (AGAIN, question)):
        for prompt in prompts:
            _play(said, base, prompt)
        said.record(
            action=step_url(base, then),
            method="POST",
            timeout=SILENCE_SECONDS,
            finish_on_key=DONE_KEY,
            max_length=MOST_SECONDS,
            play_beep=True,
            recording_status_callback=base + RECORDING_PATH,
            recording_status_callback_method="POST",
            recording_status_callback_event="completed absent",
        )
    said.redirect(step_url(base, otherwise), method="POST")


def _play(said: VoiceResponse, base: str, prompt: str) -> None:
    said.play(base + PROMPT_PATH + file_of(prompt))
