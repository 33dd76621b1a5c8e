"""Registration through this API: a request becomes one command, or several with imports.

A descriptor brings its imports.
"""

from dataclasses import dataclass

from flask import Response, request

from sluicegate.registry_api.core.commands import LATEST, Draft, Existence, RegisterVersion, Reuse
from sluicegate.registry_api.core.model import Reference, Registration, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subject_errors import SubjectNotFound
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.artifacts.routes.answering import answered
from sluicegate.registry_api.facades.artifacts.submissions import Submission, submission
from sluicegate.registry_api.facades.artifacts.wire import Document, Metadata
from sluicegate.registry_api.facades.operation import Call
from sluicegate.registry_api.facades.warnings import log_warnings, warning_headers
from sluicegate.shared.formats.protobuf.descriptor_files import DescriptorFile
from sluicegate.shared.model import SchemaFormat


@dataclass(frozen=True, slots=True)
class Writing:
    """Registers, rehearses and looks up the schema in the present request. Thread-safe."""

    subjects: Subjects

    def latest(self, subject: SubjectName) -> Version | None:
        """The latest version of a subject; None where it has none."""
        try:
            return self.subjects.catalogue.version(subject, LATEST)
        except SubjectNotFound:
            return None

    def register(
        self,
        call: Call,
        subject: SubjectName,
        document: Document,
        existence: Existence,
        reuse: Reuse,
    ) -> Registration:
        """Register the schema after the imports of a descriptor.

        Each import is a subject with the name in imports.
        """
        sent = self._submission(subject, document)
        references = self._imports(call, subject, sent) if sent.files else ()
        wish = RegisterVersion(subject, Draft(sent.text, sent.format, references), existence=existence, reuse=reuse)
        done = self.subjects.registrations.register(wish, call.caller)
        if done.added:
            log_warnings(done.warnings, subject=subject.qualified, version=done.version.number)
        return done

    def rehearse(self, subject: SubjectName, document: Document) -> None:
        """Raise the error that a further version with this schema would meet."""
        sent = self._submission(subject, document)
        draft = Draft(sent.text, sent.format, self._registered_imports(subject, sent))
        self.subjects.registrations.rehearse(
            RegisterVersion(subject, draft, existence=Existence.KNOWN, reuse=Reuse.LATEST)
        )

    def found(self, subject: SubjectName, document: Document) -> Version:
        """The version with the schema.

        Raises `SubjectNotFound`, `ContentNotFound`, `DraftInvalid` and `SchemaInvalid`.
        """
        sent = self._submission(subject, document)
        draft = Draft(sent.text, sent.format, self._registered_imports(subject, sent))
        return self.subjects.registrations.lookup(subject, draft)

    def _submission(self, subject: SubjectName, document: Document) -> Submission:
        latest = self.latest(subject)
        return submission(request, document, None if latest is None else latest.format)

    def _imports(self, call: Call, subject: SubjectName, sent: Submission) -> tuple[Reference, ...]:
        known: dict[str, Reference] = {}
        for file in sent.files[:-1]:
            place = SubjectName(subject.context, file.name)
            draft = Draft(file.text, SchemaFormat.PROTOBUF, _named(file, known))
            done = self.subjects.registrations.register(RegisterVersion(place, draft), call.caller)
            known[file.name] = Reference.to_subject(file.name, place.qualified, done.version.number)
        return _named(sent.files[-1], known)

    def _registered_imports(self, subject: SubjectName, sent: Submission) -> tuple[Reference, ...]:
        """The imports of a descriptor as they are registered.

        Raises `SubjectNotFound` and `ContentNotFound`.
        """
        known: dict[str, Reference] = {}
        for file in sent.files[:-1]:
            place = SubjectName(subject.context, file.name)
            draft = Draft(file.text, SchemaFormat.PROTOBUF, _named(file, known))
            found = self.subjects.registrations.lookup(place, draft)
            known[file.name] = Reference.to_subject(file.name, place.qualified, found.number)
        return _named(sent.files[-1], known) if sent.files else ()


def registered(done: Registration) -> Response:
    """The answer to a registration: the metadata of the version, and the warnings about its text."""
    response = answered(Metadata.of(done.version, state=False))
    response.headers.update(warning_headers(done.warnings))
    return response


def _named(file: DescriptorFile, known: dict[str, Reference]) -> tuple[Reference, ...]:
    return tuple(known[name] for name in file.imports if name in known)
