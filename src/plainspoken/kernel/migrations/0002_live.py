from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
                ('seen_at', models.DateTimeField()),
                ('typing_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_id'], name='presence_subject')],
            },
        ),
        migrations.RunSQL(
            'ALTER TABLE kernel_presence SET UNLOGGED',
            'ALTER TABLE kernel_presence SET LOGGED',
        ),
    ]
