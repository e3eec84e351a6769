"""A loopback Discord: REST, gateway and CDN on 127.0.0.1, strict where Discord is strict.

The unmodified discord.py client logs in to it. Its rules come from Discord's developer documentation, pages named in
the modules and in tests/unit/loopback. What changes works while the bot is away too: state changes, no event arrives.

LoopbackDiscord(message_content_enabled, token, upload_limit_bytes, shard_count), `async with`
    environment()  add_guild(name, bot_is_member)  state  commands  problems are checked by assert_clean()
    wait_until(condition)  wait_ready()  wait_for_thread(channel)  wait_for_message(where, predicate)  transcript(where)
    expire_token(interaction, json_code)  replay(interaction)  wipe_commands()  forget_nonces()
    edit_message(m, text)  add_preview(m)  delete_message(m)  delete_messages([m, …])  proxy(m, name)
    post_as_webhook(channel, name, text, files)  archive(thread, lock)  unarchive(thread)  lock(thread, locked)
    rename(thread, name)  delete_thread(thread)  remove_from_thread(thread, user)

GuildHandle (of add_guild)
    add_text_channel / add_news_channel / add_voice_channel / add_stage_channel / add_forum(name, deny, allow)
    add_forum_post(forum, author, title)  add_thread(parent, author, title, private)  add_member(name, manages)
    invite(member)  set_permissions(channel, deny, allow)  delete_channel(channel)  fill_threads(full)
    remove_bot()  readd_bot()  go_out()  come_back()

Member (of add_member)
    slash(channel, "command sub", options, files)  autocomplete(channel, command, option, typed, options)
    context_menu(channel, name, message)  click(message, custom_id prefix)  select(message, custom_id prefix, values)
    submit_modal(interaction that showed the form, values by custom_id)
    send(channel, text, files, reply_to, ping_reply, mention_bot, mentions, sticker)
    voice_message(channel, ogg)  forward(channel, message)  dm()  accepts_dms = False  installed_app = True
    A file is (name, bytes[, content type]) or an Attachment (with a claimed_size, say).

Message: content embeds attachments components stickers reactions flags edits ephemeral thinking interaction
    reference_id mentions; `pinged`: user ids, role ids, "everyone" that were really pinged
Channel: messages (what is written) history (with system messages) threads members archived locked typing
Interaction: original responses modal choices answered failed acknowledged_at created_at follow_ups

faults: fail(method, path, status, json_code, times, skip, after_effect, delay_s, retry_after_s, scope)  slow(…)
    with outage():
    with unavailable(status, method, path):  on_request(method, path, callback, after_effect, skip, drop)
    limit(method, path, limit, per_s, scope)  limit_globally(limit, per_s)  clear()
    Status 0 drops the connection; times=None is until `.lift()`.
gateway: refuse_connections  away  refuse_resumes  delay_ready_s  require_sharding  shard_count  resumes
    refuse(code, on)  duplicate_next(event, times)  replay(event, index)  sent(event)  close(code)  cut()
    expire_session()  send_op(op, data)
cdn: fail(status)  expire()  drip(chunk_bytes, pause_s)  claim(extra_bytes)  grow(extra_bytes)  cut(after_bytes)
    redirect(url), each of one file or of all, for `times` downloads; downloads
rest: log (number, at_s, method, path, body, status of every request)  requests (at_s, method, path)
"""

from tests.support.loopback.server import LoopbackDiscord
from tests.support.loopback.state import Attachment, Channel, Interaction, Message

__all__ = ["Attachment", "Channel", "Interaction", "LoopbackDiscord", "Message"]
