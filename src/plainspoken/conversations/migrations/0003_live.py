from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0002_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='version',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='known_at',
            field=models.DateTimeField(null=True),
        ),
    ]
