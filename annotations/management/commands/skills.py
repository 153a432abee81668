from argparse import ArgumentParser
from typing import Any  # Django passes options by name

from django.core.management.base import BaseCommand, CommandError

from annotations.domain.people.skills import set_skills, state_languages
from annotations.domain.projects.members import find_or_make_person
from annotations.models import Membership, Project
from annotations.queries.gates import list_stranded
from annotations.queries.skills import list_languages, list_skills, list_skills_of
from evalplatform.common.errors import PlatformError


class Command(BaseCommand):
    help = "Tell which skills a project knows and which tasks nobody may be dealt; grant or take skills of a member."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("--member", help="name of the account")
        parser.add_argument("--grant", action="append", default=[], metavar="SKILL", help="may be repeated")
        parser.add_argument("--take", action="append", default=[], metavar="SKILL", help="may be repeated")
        parser.add_argument("--reads", metavar="TAGS", help="languages that they read in all projects: ru,en")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"], archived_at=None).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']!r}.")
        if options["member"]:
            try:
                self._change(project, options)
            except PlatformError as error:
                raise CommandError(error.faults[0].message if error.faults else error.detail) from None
        elif options["grant"] or options["take"] or options["reads"] is not None:
            raise CommandError("Say whose with --member.")
        for skill in list_skills(project):
            self.stdout.write(f"{skill.name}: {skill.raters} raters")
        for demand in list_stranded(project):
            asked = ", ".join(filter(None, (demand.language, *demand.skills)))
            self.stdout.write(f"{demand.tasks} tasks wait for somebody with: {asked}")

    def _change(self, project: Project, options: dict[str, Any]) -> None:
        members = Membership.objects.filter(project=project, ended_at=None).select_related("user", "project")
        membership = members.filter(user__username=options["member"]).first()
        if membership is None:
            raise CommandError(f"{options['member']!r} is no member of {project.slug!r}.")
        if options["reads"] is not None:
            tags = [tag for tag in options["reads"].split(",") if tag.strip()]
            state_languages(user=membership.user, tags=tags)
        rater = find_or_make_person(membership=membership)
        held = (set(list_skills_of(rater)) | set(options["grant"])) - set(options["take"])
        skills = set_skills(rater=rater, names=held, actor=None)
        languages = list_languages([membership.user_id]).get(membership.user_id, ())
        said = f"skills {', '.join(skills) or 'none'}; reads {', '.join(languages) or 'nothing stated'}"
        self.stdout.write(f"{options['member']}: {said}")
