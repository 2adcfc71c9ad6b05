"""Mergers, tags and their taggings. What holds of a filled table is looked at by the next migration, without a lock."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0001_initial'),
        ('conversations', '0001_initial'),
        ('customers', '0001_initial'),
        ('organization', '0002_the_firm'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Merger',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('state_before', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=60, unique=True)),
                ('name_zh', models.CharField(max_length=40)),
                ('name_en', models.CharField(max_length=40)),
                ('colour', models.CharField(choices=[('grey', 'Grey'), ('blue', 'Blue'), ('green', 'Green'), ('amber', 'Amber'), ('red', 'Red'), ('violet', 'Violet')], max_length=12)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Tagging',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='case',
            name='cases_inquiry_edges',
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='cases_case_judged_when_triaged',
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='cases_case_owned_when_in_work',
        ),
        migrations.AlterField(
            model_name='case',
            name='state',
            field=models.CharField(choices=[('received', 'Received'), ('triaged', 'In work'), ('with_department', 'With a department'), ('department_answered', 'Department has answered'), ('answered', 'Answered'), ('closed', 'Closed'), ('no_inquiry', 'No inquiry'), ('merged', 'Merged')], default='received', max_length=24),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='cases_inquiry_edges', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."kind" = \'inquiry\')', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{answered:closed,answered:triaged,closed:triaged,department_answered:answered,department_answered:merged,department_answered:with_department,merged:department_answered,merged:received,merged:triaged,no_inquiry:received,received:merged,received:no_inquiry,received:triaged,triaged:answered,triaged:merged,triaged:no_inquiry,triaged:with_department,with_department:answered,with_department:department_answered,with_department:triaged}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='466adb35cb0d75f06c717804e88ce82c6ffd811a', operation='UPDATE', pgid='pgtrigger_cases_inquiry_edges_3c9c4', table='cases_case', when='BEFORE')),
        ),
        AddConstraintNotValid(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'no_inquiry', 'merged']), models.Q(('line__isnull', False), ('type__isnull', False)), _connector='OR'), name='cases_case_judged_when_triaged'),
        ),
        AddConstraintNotValid(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'no_inquiry', 'merged']), ('owner__isnull', False), _connector='OR'), name='cases_case_owned_when_in_work'),
        ),
        migrations.AddField(
            model_name='merger',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='merger',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mergers', to='cases.case'),
        ),
        migrations.AddField(
            model_name='merger',
            name='into',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='cases.case'),
        ),
        migrations.AddField(
            model_name='tagging',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tagging',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taggings', to='cases.case'),
        ),
        migrations.AddField(
            model_name='tagging',
            name='tag',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='cases.tag'),
        ),
        migrations.AddIndex(
            model_name='merger',
            index=models.Index(condition=models.Q(('undone_at__isnull', True)), fields=['into'], name='merger_standing_into'),
        ),
        migrations.AddConstraint(
            model_name='merger',
            constraint=models.CheckConstraint(condition=models.Q(('into', models.F('case')), _negated=True), name='cases_merger_into_another'),
        ),
        migrations.AddConstraint(
            model_name='merger',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('case',), name='cases_merger_one_standing'),
        ),
        migrations.AddConstraint(
            model_name='tagging',
            constraint=models.UniqueConstraint(fields=('case', 'tag'), name='cases_tagging_once'),
        ),
    ]
